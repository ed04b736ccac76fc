// @ts-check
// The contract of a sink (js-glue/src/api/sink.ts), by one that writes to the disk.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { DiskSink } from '../../cli/disk-sink.mjs';
import { folder } from './support/command.mjs';
import { assertContent, content, MiB, sha256, written } from './support/content.mjs';

const bytes = content(1, 20 * MiB + 3);
const hash = sha256(bytes);
const size = bytes.length;
/** What a sink is given to keep, and gives back. */
const stateAt = (at) => new Uint8Array([1, 2, 3, at / MiB]);
const ledgerName = `.peer-session-${hash.slice(0, 32)}.json`;

const isLedger = (name) => name.startsWith('.peer-session-');
const ledgerOf = (path) => JSON.parse(readFileSync(join(path, ledgerName), 'utf8'));

/** Writes in pieces, and returns where the states were asked for. */
async function write(sink, { from = 0, to = size } = {}) {
  const asked = [];
  for (let at = from; at < to; at += MiB) {
    const end = Math.min(at + MiB, to);
    await sink.write(bytes.subarray(at, end), at, () => {
      asked.push(end);
      return stateAt(end);
    });
  }
  return asked;
}

/** A part of which 16 MiB are safe, and 17 written. */
async function leavePart(path, name = 'film.mkv') {
  const sink = new DiskSink(path, name);
  await sink.open({ hash, size });
  await write(sink, { to: 17 * MiB });
  await sink.keep();
}

test('what is written and verified is there under its name, and nothing else', async (t) => {
  const path = folder(t);
  const sink = new DiskSink(path, 'film.mkv');
  assert.equal(await sink.open({ hash, size }), undefined);
  assert.deepEqual(await write(sink), [8 * MiB, 16 * MiB], 'every 8 MiB are made safe');
  assert.deepEqual(readdirSync(path), [ledgerName, 'film.mkv.part']);
  assert.equal(await sink.finish(), join(path, 'film.mkv'));
  assert.deepEqual(readdirSync(path), ['film.mkv']);
  assertContent(join(path, 'film.mkv'), bytes);
});

test('an empty file is one, too', async (t) => {
  const path = folder(t);
  const sink = new DiskSink(path, 'empty');
  await sink.open({ hash: sha256(''), size: 0 });
  await sink.finish();
  assert.deepEqual(readdirSync(path), ['empty']);
});

test('what was kept goes on behind what is safe, with the state of the hash there, whatever it is called now', async (t) => {
  const path = folder(t);
  await leavePart(path);
  assert.deepEqual(readdirSync(path), [ledgerName, 'film.mkv.part']);
  const told = [];
  const sink = new DiskSink(path, 'other.mkv', (at) => told.push(at));
  const progress = await sink.open({ hash, size });
  assert.deepEqual(progress, { at: 16 * MiB, hashState: stateAt(16 * MiB) });
  assert.deepEqual(told, [16 * MiB]);
  await write(sink, { from: 16 * MiB });
  assert.equal(await sink.finish(), join(path, 'other.mkv'));
  assert.deepEqual(readdirSync(path), ['other.mkv']);
  assertContent(join(path, 'other.mkv'), bytes);
});

test('of a part that came slowly something is safe after two seconds', async (t) => {
  const path = folder(t);
  t.mock.method(performance, 'now', () => now);
  let now = 1_000;
  const sink = new DiskSink(path, 'film.mkv');
  await sink.open({ hash, size });
  await write(sink, { to: MiB });
  now += 1_999;
  assert.deepEqual(await write(sink, { from: MiB, to: 2 * MiB }), []);
  now += 1;
  assert.deepEqual(await write(sink, { from: 2 * MiB, to: 3 * MiB }), [3 * MiB]);
  assert.equal(ledgerOf(path).bytes, 3 * MiB);
  await sink.keep();
});

test('what comes from its beginning after all is as long as it is', async (t) => {
  const path = folder(t);
  await leavePart(path);
  const sink = new DiskSink(path, 'film.mkv');
  await sink.open({ hash, size });
  await sink.restart();
  assert.deepEqual(readdirSync(path), ['film.mkv.part'], 'nothing of it is safe');
  await write(sink);
  await sink.finish();
  assertContent(join(path, 'film.mkv'), bytes);
});

test('what is aborted leaves nothing, nor does what nobody could find again', async (t) => {
  const path = folder(t);
  const aborted = new DiskSink(path, 'a');
  await aborted.open({ hash, size });
  await write(aborted, { to: 9 * MiB });
  await aborted.abort();

  const nameless = new DiskSink(path, 'b');
  assert.equal(await nameless.open({ hash: undefined, size }), undefined);
  assert.deepEqual(await write(nameless, { to: 9 * MiB }), []);
  await nameless.keep();

  const early = new DiskSink(path, 'c');
  await early.open({ hash, size });
  await write(early, { to: MiB });
  await early.keep();
  assert.deepEqual(readdirSync(path), []);
});

test('the end waits for what is under way, and nothing follows it', async (t) => {
  const path = folder(t);
  const sink = new DiskSink(path, 'film.mkv');
  await sink.open({ hash, size });
  const writing = sink.write(bytes.subarray(0, MiB), 0, () => stateAt(MiB));
  const aborting = sink.abort();
  await writing;
  await aborting;
  assert.deepEqual(readdirSync(path), []);
  await assert.rejects(
    sink.write(bytes.subarray(0, MiB), 0, () => stateAt(MiB)),
    /over/,
  );
  assert.deepEqual(readdirSync(path), []);
});

test('no file is overwritten, and no part of another', async (t) => {
  const path = folder(t);
  for (const name of ['film.mkv', 'film (2).mkv', 'film.mkv.part']) written(path, name, 'of somebody else');
  const sink = new DiskSink(path, 'film.mkv');
  await sink.open({ hash, size });
  await write(sink);
  assert.equal(await sink.finish(), join(path, 'film (3).mkv'));
  assertContent(join(path, 'film (3).mkv'), bytes);
  for (const name of ['film.mkv', 'film (2).mkv', 'film.mkv.part'])
    assert.equal(readFileSync(join(path, name), 'utf8'), 'of somebody else');
});

test('two of one content at a time do not meet', async (t) => {
  const path = folder(t);
  await leavePart(path);
  const [first, second] = [new DiskSink(path, 'film.mkv'), new DiskSink(path, 'film.mkv')];
  assert.equal((await first.open({ hash, size }))?.at, 16 * MiB);
  assert.equal(await second.open({ hash, size }), undefined);
  await Promise.all([write(first, { from: 16 * MiB }), write(second)]);
  await Promise.all([first.finish(), second.finish()]);
  assert.deepEqual(readdirSync(path), ['film (2).mkv', 'film.mkv']);
  for (const name of readdirSync(path)) assertContent(join(path, name), bytes);
});

test('what another process is writing is left to it, until it has given no sign of life for a minute', async (t) => {
  const path = folder(t);
  await leavePart(path);
  const ledger = join(path, ledgerName);
  // The one that runs the tests.
  writeFileSync(ledger, JSON.stringify({ ...ledgerOf(path), pid: process.ppid }));
  const sink = new DiskSink(path, 'film.mkv');
  assert.equal(await sink.open({ hash, size }), undefined);
  await write(sink);
  await sink.finish();
  assert.deepEqual(readdirSync(path), [ledgerName, 'film.mkv', 'film.mkv.part']);

  const aMinuteAgo = Date.now() / 1000 - 61;
  utimesSync(ledger, aMinuteAgo, aMinuteAgo);
  const next = new DiskSink(path, 'film.mkv');
  assert.equal((await next.open({ hash, size }))?.at, 16 * MiB);
  await next.abort();
});

test('a ledger that says what is not so is of no use', async (t) => {
  const elsewhere = written(folder(t), 'secret.part', bytes);
  const changes = {
    'of another content': () => ({ hash: sha256('x') }),
    'of another size': () => ({ size: size + 1 }),
    'of another version': () => ({ version: 0 }),
    'out of the folder': (path) => ({ part: relative(path, elsewhere) }),
    'of no part': () => ({ part: 'film.mkv' }),
    'beyond the end': () => ({ bytes: size + 1 }),
    'beyond what is there': () => ({ bytes: 18 * MiB }),
    'without a number': () => ({ bytes: 'many' }),
    'without a state': () => ({ hashState: undefined }),
    'of a link': (path) => {
      symlinkSync(elsewhere, join(path, 'link.part'));
      return { part: 'link.part' };
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    const path = folder(t);
    await leavePart(path);
    writeFileSync(join(path, ledgerName), JSON.stringify({ ...ledgerOf(path), ...change(path) }));
    const sink = new DiskSink(path, 'film.mkv');
    assert.equal(await sink.open({ hash, size }), undefined, what);
    await write(sink);
    assertContent(String(await sink.finish()), bytes);
    assert.ok(!readdirSync(path).some(isLedger), what);
  }
  for (const text of ['', '{"version":', 'null', '[]']) {
    const path = folder(t);
    written(path, ledgerName, text);
    const sink = new DiskSink(path, 'film.mkv');
    assert.equal(await sink.open({ hash, size }), undefined, text);
    await sink.abort();
  }
  assertContent(elsewhere, bytes);
});

test('what is no hash is no part of a name', async (t) => {
  const path = folder(t);
  for (const name of ['', '/../../../over-there', 'X'.repeat(64), `${hash}\n`]) {
    const sink = new DiskSink(path, 'film.mkv');
    assert.equal(await sink.open({ hash: name, size }), undefined);
    assert.deepEqual(await write(sink, { to: 9 * MiB }), []);
    await sink.keep();
  }
  assert.deepEqual(readdirSync(path), []);
});

test('what the disk has no room for is not even begun', async (t) => {
  const path = folder(t);
  const sink = new DiskSink(path, 'film.mkv');
  await assert.rejects(async () => sink.open({ hash, size: Number.MAX_SAFE_INTEGER }), /no room/);
  await sink.abort();
  assert.deepEqual(readdirSync(path), []);
});
