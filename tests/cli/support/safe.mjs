// @ts-check
import { existsSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from './content.mjs';

/** Where it is said what is safe of that content. */
export const ledgerOf = (folder, bytes) => join(folder, `.peer-session-${sha256(bytes).slice(0, 32)}.json`);

/** Resolves when something is safe by that ledger: long before the content is whole, if it is large. */
export function untilSafe(ledger) {
  return new Promise((resolve) => {
    const look = () => {
      if (!existsSync(ledger)) return;
      watcher.close();
      resolve(undefined);
    };
    const watcher = watch(dirname(ledger), look);
    look();
  });
}
