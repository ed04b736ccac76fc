import type { Store } from '../session/store.js';
import type { KeptFile, KeptFiles } from './kept-files.js';

/** Brings back what this tab had received into the browser's own file system, and remembers what comes and goes. */
export async function keepReceived(store: Store, kept: KeptFiles, side: string): Promise<void> {
  const known = new Map<string, KeptFile>();
  const report = (error: unknown): void => store.report(error instanceof Error ? error.message : String(error));
  store.received.subscribe((key) => {
    const file = store.received.get(key);
    const before = known.get(key);
    if (!file && before) {
      known.delete(key);
      kept.delete(before).catch(report);
    } else if (file && !before && kept.hasContent({ hash: file.hash, size: file.blob.size })) {
      const { hash, name, path, from, blob } = file;
      const row = { hash, size: blob.size, name, path, from, mime: blob.type };
      known.set(key, row);
      kept.add(row).catch(report);
    }
  });
  for (const { file, blob } of await kept.restore()) {
    const { name, path, hash, from } = file;
    store.addReceived(side, { blob, name, ...(path === undefined ? {} : { path }), hash, from });
  }
}
