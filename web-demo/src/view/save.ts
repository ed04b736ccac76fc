import { downloadZip } from 'client-zip';
import type { ReceivedFile } from '../session/model.js';

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
  const used = new Map<string, number>();
  const entries = files.map(({ blob, name }) => ({ input: blob, name: unique(name, used) }));
  save(await downloadZip(entries).blob(), 'received.zip');
}

/** Two people may both send a photo.jpg, and unpacking would overwrite one. */
function unique(name: string, used: Map<string, number>): string {
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  if (count === 1) return name;
  const dot = name.lastIndexOf('.');
  const numbered = dot > 0 ? `${name.slice(0, dot)} (${count})${name.slice(dot)}` : `${name} (${count})`;
  return unique(numbered, used);
}
