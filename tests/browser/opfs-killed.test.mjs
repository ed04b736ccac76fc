// A browser is killed, with all its processes at once, at random moments of a file that comes into its store: what its ledger says is
// safe is right to the byte, and the file goes on there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  bench,
  dataFolder,
  joinPages,
  limit,
  openTestPage,
  openWithData,
  rounds,
  seed,
  seededRandom,
} from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
const size = 64 * MiB + 12_345;
const file = { seed: 7, size };
const options = { maxFileSize: 2 * size };
/** What was here and not taken, and what was taken and not safe. */
const mayBeLost = 16 * MiB;
const killsInARound = 3;
const random = seededRandom(seed);

/** What the ledger says of the file, compared with what it is. */
const readStore = (page, name) =>
  page.evaluate(async (fileName) => {
    const { OpfsStore } = await import('/dist/opfs.js');
    const { firstWrong, safeContent } = await import('./into-store.mjs');
    const [entry] = await new OpfsStore().files();
    if (!entry || entry.stored === 0) return { stored: 0, wrong: undefined };
    const content = await safeContent(entry);
    return { stored: entry.stored, length: content.size, wrong: await firstWrong(content, fileName) };
  }, name);

for (let round = 0; round < rounds; round += 1) {
  test(
    `killed ${killsInARound} times, it goes on where it was (seed ${seed}, round ${round + 1})`,
    limit,
    async (t) => {
      const folder = dataFolder(t);
      const sender = await openTestPage(t, context);
      let stored = 0;
      for (let kill = 0; kill <= killsInARound; kill += 1) {
        const victim = await openWithData(t, context.url, folder);
        const before = await readStore(victim.page, `${file.seed}-${size}-file.png`);
        t.diagnostic(`${before.stored} bytes are safe`);
        assert.equal(before.wrong, undefined, 'what is safe is right');
        assert.ok(before.stored >= stored - mayBeLost, `${before.stored} of ${stored} bytes that had come`);
        const pair = await joinPages([sender, victim.page], {
          name: `pair-${round}-${kill}`,
          options,
          right: { countsWire: true },
        });
        await pair.connect();
        await pair.left.share([file]);
        await pair.right.untilOffered(1);
        if (kill < killsInARound) {
          stored = before.stored + Math.floor(random() * (size - before.stored) * 0.7);
          await victim.page.evaluate(
            async ([name, bytes]) => {
              const { pullIntoStore } = await import('./into-store.mjs');
              const party = globalThis.parties.get(name);
              void pullIntoStore(party);
              await party.until((party) => party.wireBytes >= bytes);
            },
            [pair.right.name, stored - before.stored],
          );
          await victim.kill();
          continue;
        }
        const end = await victim.page.evaluate(async (name) => {
          const { firstWrong, pullIntoStore } = await import('./into-store.mjs');
          const party = globalThis.parties.get(name);
          const { code, result, name: fileName } = await pullIntoStore(party);
          return code ?? { size: result.size, wrong: await firstWrong(result, fileName), wireBytes: party.wireBytes };
        }, pair.right.name);
        assert.deepEqual(end, { size, wrong: undefined, wireBytes: size - before.stored });
      }
    },
  );
}
