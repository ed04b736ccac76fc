// What tests do with the store of the origin-private file system, in a page of whatever browser.
import { joinPages } from './bench.mjs';

const MiB = 1024 * 1024;
let pairs = 0;

/** A new pair of sessions on these pages, the left of which has offered these files. */
export async function offer(pages, files) {
  const options = { maxFileSize: 1024 * MiB };
  const pair = await joinPages(pages, { name: `store-${++pairs}`, options, right: { countsWire: true } });
  await pair.connect();
  await pair.left.share(files);
  await pair.right.untilOffered(files.length);
  return pair;
}

/**
 * Pulls one of them to its end, and compares what came; `bounds` are those of the store. Of a failure: its code, and its cause's name.
 *
 * @param {import('./bench.mjs').Side} right
 * @param {{which?: number, bounds?: {maxBytes?: number, maxAge?: number}}} [given]
 * @returns {Promise<Record<string, unknown>>}
 */
export function pullWhole({ page, name }, given = {}) {
  return page.evaluate(
    async ([name, { which, bounds }]) => {
      const { OpfsStore } = await import('/dist/opfs.js');
      const { firstWrong, pullIntoStore } = await import('./into-store.mjs');
      const party = globalThis.parties.get(name);
      const before = party.wireBytes;
      const { code, cause, result, name: file } = await pullIntoStore(party, { which, store: new OpfsStore(bounds) });
      if (code) return { code, cause: cause?.name };
      return { size: result.size, wrong: await firstWrong(result, file), wireBytes: party.wireBytes - before };
    },
    [name, given],
  );
}

/** Pulls the first so far and leaves it at that; resolves with what is safe of it. */
export function pullSome({ page, name }, holdAt) {
  return page.evaluate(
    async ([name, most]) => {
      const { OpfsStore } = await import('/dist/opfs.js');
      const { pullIntoStore } = await import('./into-store.mjs');
      const party = globalThis.parties.get(name);
      void pullIntoStore(party, { holdAt: most });
      await party.until(({ wireBytes }) => wireBytes >= most + 4 * 1024 * 1024);
      const [{ stored }] = await new OpfsStore().files();
      return stored;
    },
    [name, holdAt],
  );
}

/** What the store has. */
export const filesOf = (page) =>
  page.evaluate(async () => {
    const { OpfsStore } = await import('/dist/opfs.js');
    return new OpfsStore().files();
  });

export async function reload(page) {
  await page.reload();
  await page.waitForFunction(() => window.isReady);
}
