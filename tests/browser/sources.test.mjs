// Files from where a real browser has them: its own disk, the origin-private file system, a stream, and Blobs that nobody hashed before.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bytesOf } from './page/content.mjs';
import { bench, joinPages, limit, openTestPage } from './bench.mjs';

const context = bench({ before, after });

const MB = 1_000_000;
const options = { maxFileSize: 200 * MB };

async function connect(t) {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, { options });
  await pair.connect();
  // The ledger is of files that were shared.
  await pair.left.page.evaluate((name) => {
    const { sent } = globalThis.parties.get(name);
    sent.get = () => [];
  }, pair.left.name);
  return pair;
}

/** In the page: offers what the source of that kind makes, and tells how that ends. */
async function offer([name, kind, size]) {
  const party = globalThis.parties.get(name);
  const { bytesOf: contentOf } = await import('./content.mjs');
  const folder = await navigator.storage.getDirectory();
  const handle = async () => {
    const file = await folder.getFileHandle('leaves', { create: true });
    const stream = await file.createWritable();
    await stream.write(contentOf(`1-${size}-`));
    await stream.close();
    return file;
  };
  const stream = () => {
    const bytes = contentOf(`1-${size}-`);
    let at = 0;
    const pull = (controller) => {
      if (at < size) controller.enqueue(bytes.slice(at, (at += 100_000)));
      else controller.close();
    };
    return { stream: new ReadableStream({ pull }), size, name: 'streamed' };
  };
  // As a library's own: nothing that the platform would hand over to a Worker.
  const foreign = () => {
    const given = stream();
    const native = given.stream;
    return { ...given, stream: { locked: false, getReader: () => native.getReader(), cancel: () => native.cancel() } };
  };
  const blob = () => {
    const part = new Blob([contentOf(`1-${size / 20}-`)]);
    return new Blob(Array.from({ length: 20 }, () => part));
  };
  const chosen = () => document.querySelector('input').files[0];
  const source = await { handle, stream, foreign, blob, chosen }[kind]();
  globalThis.sentEnd = new Promise((resolve) =>
    party.session.addEventListener('transferend', ({ direction, error, receipt }) => {
      if (direction === 'send') resolve([error?.code ?? receipt, error?.cause && String(error.cause)]);
    }),
  );
  return party.session.sendFile(source);
}

/** In the page: pulls the one offer into a file; `waits`: takes nothing beyond the first megabytes before it may go on. */
async function pullIntoFile([name, waits]) {
  const party = globalThis.parties.get(name);
  const [[transferId]] = party.offers;
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle('arrives', { create: true });
  const gate = new Promise((resolve) => (globalThis.goOn = resolve));
  const begun = new Promise((resolve) => (globalThis.hasBegun = resolve));
  globalThis.begun = begun;
  const slow = {
    write: async () => {
      globalThis.hasBegun();
      await gate;
    },
    finish() {},
    abort() {},
  };
  globalThis.pulledEnd = new Promise((resolve) => {
    party.session.addEventListener('received', async ({ file, result }) => {
      const digest = result && (await crypto.subtle.digest('SHA-256', await result.arrayBuffer()));
      const isRight =
        Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') === file.hash;
      resolve([file.hash, isRight]);
    });
    party.session.addEventListener('transferend', ({ direction, error }) => {
      if (direction === 'receive' && error) resolve([error.code, error.peerReason]);
    });
  });
  party.session.pullFile(transferId, { to: waits ? slow : handle });
}

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

for (const [what, kind, size, parts, isHashedFirst] of /** @type {[string, string, number, number, boolean][]} */ ([
  ['a file of the origin-private file system', 'handle', 20 * MB, 1, true],
  ['a stream', 'stream', 20 * MB, 1, false],
  ['a stream of another implementation', 'foreign', 20 * MB, 1, false],
  ['a Blob of 80 MB that nobody has hashed', 'blob', 80 * MB, 20, false],
])) {
  test(`${what} arrives whole and verified`, limit, async (t) => {
    const pair = await connect(t);
    await pair.left.page.evaluate(offer, [pair.left.name, kind, size]);
    await pair.right.untilOffered(1);
    await pair.right.page.evaluate(pullIntoFile, [pair.right.name, false]);
    const part = bytesOf(`1-${size / parts}-`);
    const hash = sha256(...Array.from({ length: parts }, () => part));
    assert.deepEqual(await pair.right.page.evaluate(() => globalThis.pulledEnd), [hash, true]);
    assert.deepEqual(await pair.left.page.evaluate(() => globalThis.sentEnd), ['delivered', undefined]);
    t.diagnostic(isHashedFirst ? 'hashed first' : 'hashed while it was sent');
    for (const side of [pair.left, pair.right]) assert.deepEqual((await side.report()).errors, []);
  });
}

for (const [what, kind] of /** @type {[string, string][]} */ ([
  ['a chosen file that changes on disk', 'chosen'],
  ['a file of the origin-private file system that is written to', 'handle'],
])) {
  test(`${what} while it is sent ends with its reason on both sides`, limit, async (t) => {
    const pair = await connect(t);
    const folder = await mkdtemp(join(tmpdir(), 'sources-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'changes.bin');
    await writeFile(path, bytesOf(`1-${40 * MB}-`));
    await pair.left.page.evaluate(() => {
      const input = document.createElement('input');
      input.type = 'file';
      document.body.append(input);
    });
    await pair.left.page.setInputFiles('input', path);
    await pair.left.page.evaluate(offer, [pair.left.name, kind, 40 * MB]);
    await pair.right.untilOffered(1);
    await pair.right.page.evaluate(pullIntoFile, [pair.right.name, true]);
    await pair.right.page.evaluate(() => globalThis.begun);
    if (kind === 'chosen') {
      await writeFile(path, bytesOf(`2-${30 * MB}-`));
    } else {
      await pair.left.page.evaluate(async () => {
        const folder = await navigator.storage.getDirectory();
        const stream = await (await folder.getFileHandle('leaves')).createWritable();
        await stream.write('something else');
        await stream.close();
      });
    }
    await pair.right.page.evaluate(() => globalThis.goOn());
    const [code, cause] = await pair.left.page.evaluate(() => globalThis.sentEnd);
    t.diagnostic(`the browser says ${cause}`);
    assert.equal(code, 'file-changed');
    assert.deepEqual(await pair.right.page.evaluate(() => globalThis.pulledEnd), ['aborted-by-peer', 'file-changed']);
  });
}
