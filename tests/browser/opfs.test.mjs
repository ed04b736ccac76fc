// Files in the store of the origin-private file system of a real browser outlive the page that pulled them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bench, limit, openTestPage } from './bench.mjs';
import { filesOf, offer, pullSome, pullWhole, reload } from './store-steps.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
const size = 40 * MiB;
const file = { seed: 1, size };
const whole = { size, wrong: undefined };

const openPages = async (t) => [await openTestPage(t, context), await openTestPage(t, context)];

test('a file goes on after a reload in its middle, and nothing that was safe comes twice', limit, async (t) => {
  const pages = await openPages(t);
  const before = await pullSome((await offer(pages, [file])).right, 20 * MiB);
  assert.ok(before >= 8 * MiB, `${before} bytes are safe`);
  await reload(pages[1]);
  const [{ stored, isWhole }] = await filesOf(pages[1]);
  assert.ok(stored >= before && !isWhole);
  const pair = await offer(pages, [file]);
  assert.deepEqual(await pullWhole(pair.right), { ...whole, wireBytes: size - stored });
  const [kept] = await filesOf(pages[1]);
  assert.ok(kept.isWhole && kept.stored === size);

  // Offered once more, it is there.
  const again = await offer(pages, [file]);
  assert.deepEqual(await pullWhole(again.right), { ...whole, wireBytes: 0 });
});

test('what is made safe because time has passed goes on in its part', limit, async (t) => {
  const page = await openTestPage(t, context);
  const stored = await page.evaluate(async () => {
    const { OpfsStore } = await import('/dist/opfs.js');
    const { safeContent } = await import('./into-store.mjs');
    const file = { hash: 'a'.repeat(64), size: 40 * 1024 * 1024 };
    const store = new OpfsStore();
    const sink = store.sink();
    await sink.open(file);
    let passed = 0;
    const now = performance.now.bind(performance);
    performance.now = () => now() + passed;
    const piece = 1024 * 1024;
    for (let at = 0; at < 14 * piece; at += piece) {
      if (at === 5 * piece) passed += 2_000;
      await sink.write(new Uint8Array(piece).fill(at / piece), at, () => new Uint8Array());
    }
    await sink.keep();
    const content = new Uint8Array(await (await safeContent(file)).arrayBuffer());
    return [content.length / piece, content.findIndex((byte, at) => byte !== Math.floor(at / piece))];
  });
  assert.deepEqual(stored, [14, -1]);
});

test('what goes on wrong is found out at its end, and the file comes from its beginning', limit, async (t) => {
  const pages = await openPages(t);
  await pullSome((await offer(pages, [file])).right, 20 * MiB);
  await reload(pages[1]);
  const [{ stored }] = await filesOf(pages[1]);
  await pages[1].evaluate(async () => {
    const { changeEntries } = await import('./into-store.mjs');
    await changeEntries(({ hashState }) => (hashState[80] ^= 1));
  });
  const pair = await offer(pages, [file]);
  assert.deepEqual(await pullWhole(pair.right), { ...whole, wireBytes: size - stored + size });
});

test('a part that is gone is not missed: the file comes from its beginning', limit, async (t) => {
  const pages = await openPages(t);
  await pullSome((await offer(pages, [file])).right, 20 * MiB);
  await reload(pages[1]);
  await pages[1].evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('peer-session');
    for await (const each of folder.values()) await each.removeEntry('0');
  });
  const pair = await offer(pages, [file]);
  assert.deepEqual(await pullWhole(pair.right), { ...whole, wireBytes: size });
});

test(
  'the oldest file makes room, what is larger than the store is refused before it is asked for',
  limit,
  async (t) => {
    const pages = await openPages(t);
    const sizes = [3 * MiB, 4 * MiB, 5 * MiB, 13 * MiB];
    const { right, left } = await offer(
      pages,
      sizes.map((each, index) => ({ seed: index + 10, size: each })),
    );
    const bounds = { maxBytes: 12 * MiB };
    for (const which of [0, 1, 2]) await pullWhole(right, { which, bounds });
    assert.deepEqual(
      (await filesOf(pages[1])).map((each) => each.size),
      [3 * MiB, 4 * MiB, 5 * MiB],
    );
    assert.deepEqual(await pullWhole(right, { which: 3, bounds }), {
      code: 'store-failed',
      cause: 'QuotaExceededError',
    });
    assert.deepEqual((await left.report()).sent.flat(), ['sent', 'sent', 'sent'], 'the offer stands');
    assert.equal((await pullWhole(right, { which: 3 })).size, 13 * MiB);

    const more = await offer(pages, [{ seed: 20, size: 2 * MiB }]);
    await pullWhole(more.right, { bounds });
    assert.deepEqual(
      (await filesOf(pages[1])).map((each) => each.size),
      [2 * MiB],
      'all others are older',
    );
  },
);

test(
  'what the browser has no room for is refused before it is asked for; a disk that becomes full ends the transfer',
  limit,
  async (t) => {
    const pages = await openPages(t);
    const devtools = await pages[1].context().newCDPSession(pages[1]);
    const { origin } = new URL(context.url);
    const grant = (quotaSize) => devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
    const { right, left } = await offer(pages, [file]);
    await grant(30 * MiB);
    const full = { code: 'store-failed', cause: 'QuotaExceededError' };
    assert.deepEqual(await pullWhole(right, { bounds: { maxBytes: 100 * MiB } }), full);
    const into = await right.page.evaluate(async (name) => {
      const party = globalThis.parties.get(name);
      const to = await (await navigator.storage.getDirectory()).getFileHandle('own', { create: true });
      const ended = new Promise((resolve) => party.session.addEventListener('transferend', resolve));
      party.session.pullFile([...party.offers.keys()][0], { to });
      const { error } = await ended;
      return { code: error.code, cause: error.cause.name };
    }, right.name);
    assert.deepEqual(into, full, 'a file of its own likewise');
    assert.deepEqual((await left.report()).sent, [[]], 'the offer stands');

    await grant(200 * MiB);
    const ended = right.page.evaluate(async (name) => {
      const { pullIntoStore } = await import('./into-store.mjs');
      // In the page: a Worker's open file keeps the room that it once had.
      const { code, cause } = await pullIntoStore(globalThis.parties.get(name), { holdAt: Number.MAX_SAFE_INTEGER });
      return { code, cause: cause?.name };
    }, right.name);
    await right.until((party) => party.wireBytes > 1024 * 1024);
    await grant(5 * MiB);
    assert.deepEqual(await ended, full);
    await grant(200 * MiB);
    assert.deepEqual(await filesOf(pages[1]), [], 'nothing is left of it');
    assert.equal((await left.report()).sent.length, 1);
  },
);

test('two sessions pull the same content at once, and each gets it', limit, async (t) => {
  const pages = await openPages(t);
  const pairs = [await offer(pages, [file]), await offer(pages, [file])];
  const ends = await Promise.all(pairs.map(({ right }) => pullWhole(right)));
  for (const end of ends) assert.deepEqual({ ...end, wireBytes: undefined }, { ...whole, wireBytes: undefined });
});

test('one call clears it, but for what is being written', limit, async (t) => {
  const pages = await openPages(t);
  const first = await offer(pages, [{ seed: 3, size: 2 * MiB }]);
  await pullWhole(first.right);
  const second = await offer(pages, [file]);
  await pullSome(second.right, 20 * MiB);
  const left = await pages[1].evaluate(async () => {
    const { OpfsStore } = await import('/dist/opfs.js');
    const store = new OpfsStore();
    const before = await store.files();
    await store.clear();
    return { before: before.map((each) => each.size), after: (await store.files()).map((each) => each.size) };
  });
  assert.deepEqual(left, { before: [2 * MiB, size], after: [size] });
  await second.right.close();
  await pages[1].evaluate(async () => {
    const { OpfsStore } = await import('/dist/opfs.js');
    await new OpfsStore().clear();
  });
  await reload(pages[1]);
  await pages[1].evaluate(async () => {
    const { OpfsStore } = await import('/dist/opfs.js');
    await new OpfsStore().clear();
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('peer-session');
    const names = [];
    for await (const each of folder.keys()) names.push(each);
    if (names.length > 0) throw new Error(`left: ${names}`);
  });
});
