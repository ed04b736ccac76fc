import { downloadZip } from 'client-zip';
import type { ReceivedFile } from '../session/model.js';
import { uniqueNames } from '../util/unique-names.js';

// The browser reads the URL after click() has returned and says nothing when it is done. The URL only names the
// blob, which the gallery holds anyway, so it may live generously.
const URL_LIFETIME_MS = 60_000;

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), URL_LIFETIME_MS);
}

export async function saveAll(files: readonly ReceivedFile[]): Promise<void> {
  const names = uniqueNames(files.map(({ name }) => name));
  const entries = files.map(({ blob }, index) => ({ input: blob, name: names[index] ?? '' }));
  save(await downloadZip(entries).blob(), 'received.zip');
}
