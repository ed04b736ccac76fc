// @ts-check
// Two commands, as two people would use them, and the demo's own server between them.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { Command, folder, receiving, sending } from './support/command.mjs';
import { assertContent, content, MiB, written } from './support/content.mjs';
import { ledgerOf, untilSafe } from './support/safe.mjs';

const limit = { timeout: 60_000 };
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
before(async () => (server = await startServer({ port: 0 })));
after(() => server.close());

test('files go from one to the other, and both end by themselves', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const files = { 'Größe 写真 🌸.bin': content(1, 20 * MiB + 1), 'one byte': content(2, 1), empty: Buffer.alloc(0) };
  const paths = Object.entries(files).map(([name, bytes]) => written(from, name, bytes));
  const sender = await sending(t, server, paths);
  const receiver = receiving(t, server, sender.code, to);

  assert.equal(await receiver.exit, 0, receiver.stderr);
  assert.equal(await sender.command.exit, 0, sender.command.stderr);
  assert.deepEqual(readdirSync(to).sort(), Object.keys(files).sort());
  for (const [name, bytes] of Object.entries(files)) assertContent(join(to, name), bytes);

  // Results and nothing else; what is said beside them is no terminal's.
  assert.equal(sender.command.stdout, `link: ${sender.link}\ncode: ${sender.code}\n`);
  const saved = receiver.stdout.trimEnd().split('\n').sort();
  assert.deepEqual(
    saved,
    Object.keys(files)
      .map((name) => join(to, name))
      .sort(),
  );
  for (const { stderr } of [sender.command, receiver]) assert.doesNotMatch(stderr, /(?!\n)\p{Cc}/u);
  assert.match(sender.command.stderr, /^Größe 写真 🌸\.bin: to peer \w{6}, 21\.0 MB\.$/m);
  assert.match(sender.command.stderr, /^Größe 写真 🌸\.bin: delivered to peer \w{6}\.$/m);
  assert.match(receiver.stderr, /^Größe 写真 🌸\.bin: 21\.0 MB\.$/m);
});

test('the link does as well as the code; who receives may come first, and quietly', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const bytes = content(3, MiB);
  const code = 'a room of the two';
  const link = `${server.url}#room=${encodeURIComponent(code)}`;
  const receiver = new Command(t, ['receive', '-q', '--ice', 'none', '--to', to, link]);
  const sender = await sending(t, server, [written(from, 'a.bin', bytes)], ['--code', code, '--quiet']);
  assert.equal(await receiver.exit, 0, receiver.stderr);
  assert.equal(await sender.command.exit, 0);
  assertContent(join(to, 'a.bin'), bytes);
  assert.deepEqual([receiver.stderr, sender.command.stderr], ['', '']);
});

test('who receives may make the room', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const receiver = new Command(t, ['receive', '--server', server.url, '--ice', 'none', '--to', to]);
  const [, link] = await receiver.said(/^link: (.+)$/m);
  const sender = await sending(t, server, [written(from, 'a.bin', 'hello')], ['--code', link]);
  assert.equal(sender.link, link);
  assert.equal(await receiver.exit, 0);
  assert.equal(await sender.command.exit, 0);
  assertContent(join(to, 'a.bin'), Buffer.from('hello'));
});

test("Node's own WebSocket does as well as the package's", limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const own = { NODE_OPTIONS: '--experimental-websocket' };
  const sender = await sending(t, server, [written(from, 'a.txt', 'hello')], [], own);
  const receiver = receiving(t, server, sender.code, to, [], own);
  assert.equal(await receiver.exit, 0, receiver.stderr);
  assert.equal(await sender.command.exit, 0);
  assertContent(join(to, 'a.txt'), Buffer.from('hello'));
  const lost = new Command(t, ['receive', 'code', '--server', 'http://localhost:1/'], own);
  assert.equal(await lost.exit, 3, lost.stderr);
});

test('no file that is there already is overwritten', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  writeFileSync(join(to, 'a.txt'), 'mine');
  const sender = await sending(t, server, [written(from, 'a.txt', 'yours')]);
  const receiver = receiving(t, server, sender.code, to);
  assert.equal(await receiver.exit, 0, receiver.stderr);
  assert.equal(receiver.stdout, `${join(to, 'a (2).txt')}\n`);
  assertContent(join(to, 'a.txt'), Buffer.from('mine'));
  assertContent(join(to, 'a (2).txt'), Buffer.from('yours'));
});

test('keep goes on for the next one; count ends after so many files', limit, async (t) => {
  const from = folder(t);
  const paths = ['a', 'b', 'c'].map((name) => written(from, name, name));
  const sender = await sending(t, server, paths, ['--keep']);
  for (const count of [1, 2, 3]) {
    const to = folder(t);
    const receiver = receiving(t, server, sender.code, to, ['--count', String(count)]);
    assert.equal(await receiver.exit, 0, receiver.stderr);
    assert.equal(readdirSync(to).length, count);
  }
  sender.command.kill('SIGINT');
  assert.equal(await sender.command.exit, 130);
});

test('of several who offer the same content, at once or later, one brings it', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const bytes = content(4, 3 * MiB);
  const path = written(from, 'a.bin', bytes);
  const first = await sending(t, server, [path], ['--keep']);
  const second = await sending(t, server, [path], ['--keep', '--code', first.code]);
  const debug = { DEBUG: 'peer-session:transfer' };
  const receiver = receiving(t, server, first.code, to, ['--keep'], debug);
  await receiver.said(/(?:is offered[^]*){2}/);
  await receiver.said(/^\/.*a\.bin$/m);
  const late = await sending(t, server, [path], ['--keep', '--code', first.code]);
  await receiver.said(/(?:is offered[^]*){3}/);
  // What comes behind them shows that it was not asked for once more.
  const other = await sending(t, server, [written(from, 'b.bin', content(5, MiB))], ['--code', first.code]);
  assert.equal(await other.command.exit, 0);
  receiver.kill('SIGINT');
  assert.equal(await receiver.exit, 130);
  const asked = [first, second, late].filter(({ command }) => command.stderr.includes('a.bin: to peer'));
  assert.equal(asked.length, 1);
  assert.deepEqual(readdirSync(to), ['a.bin', 'b.bin']);
  assertContent(join(to, 'a.bin'), bytes);
});

test('a server that goes away in the middle ends nothing', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const other = await startServer({ port: 0 });
  const bytes = content(8, 200 * MiB);
  const ledger = ledgerOf(to, bytes);
  const sender = await sending(t, other, [written(from, 'big.bin', bytes)]);
  const receiver = receiving(t, other, sender.code, to);
  await untilSafe(ledger);
  await other.close();
  for (const command of [receiver, sender.command])
    await command.said(/^The server at .* cannot be reached; it is tried again\.$/m);
  assert.equal(await receiver.exit, 0, receiver.stderr);
  assert.equal(await sender.command.exit, 0, sender.command.stderr);
  assertContent(join(to, 'big.bin'), bytes);
});

test('who is interrupted says goodbye, keeps the part, and goes on there', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const bytes = content(5, 200 * MiB);
  const ledger = ledgerOf(to, bytes);
  const sender = await sending(t, server, [written(from, 'big.bin', bytes)]);
  const receiver = receiving(t, server, sender.code, to);
  await untilSafe(ledger);
  receiver.kill('SIGINT');
  assert.equal(await receiver.exit, 130);
  await sender.command.said(/has left/);
  assert.deepEqual(
    readdirSync(to).filter((name) => !name.startsWith('.')),
    ['big.bin.part'],
  );
  const again = receiving(t, server, sender.code, to);
  await again.said(/big\.bin: going on at .+ %\)/);
  assert.equal(await again.exit, 0, again.stderr);
  assert.equal(await sender.command.exit, 0);
  assertContent(join(to, 'big.bin'), bytes);
});

test('a sender that gives up is a failure, and its content goes on from whoever offers it next', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const bytes = content(6, 200 * MiB);
  const ledger = ledgerOf(to, bytes);
  const path = written(from, 'big.bin', bytes);
  const sender = await sending(t, server, [path]);
  const receiver = receiving(t, server, sender.code, to);
  await untilSafe(ledger);
  sender.command.kill('SIGINT');
  assert.equal(await sender.command.exit, 130);
  assert.equal(await receiver.exit, 1, receiver.stderr);
  assert.match(receiver.stderr, /^big\.bin: did not arrive from peer \w{6}: the connection ended\.$/m);
  assert.match(receiver.stderr, /^1 file did not arrive\./m);

  const next = await sending(t, server, [path]);
  const again = receiving(t, server, next.code, to);
  await again.said(/big\.bin: going on at/);
  assert.equal(await again.exit, 0, again.stderr);
  assertContent(join(to, 'big.bin'), bytes);
});

for (const [who, interrupt] of /** @type {const} */ ([
  ['who receives', (_, receiver) => receiver.kill('SIGINT')],
  ['who sends', (sender) => sender.kill('SIGINT')],
])) {
  test(`what waits its turn keeps its part, though ${who} is interrupted before`, limit, async (t) => {
    const [from, to] = [folder(t), folder(t)];
    const [large, other] = [content(9, 200 * MiB), content(10, 60 * MiB)];
    const ledgers = { large: ledgerOf(to, large), other: ledgerOf(to, other) };
    const paths = [written(from, 'large.bin', large), written(from, 'other.bin', other)];
    const first = await sending(t, server, paths.slice(1));
    const begun = receiving(t, server, first.code, to);
    await untilSafe(ledgers.other);
    begun.kill('SIGINT');
    assert.equal(await begun.exit, 130);
    first.command.kill('SIGINT');

    const second = await sending(t, server, paths);
    const waiting = receiving(t, server, second.code, to);
    await waiting.said(/other\.bin: going on at/);
    await untilSafe(ledgers.large);
    interrupt(second.command, waiting);
    assert.notEqual(await waiting.exit, 0);
    second.command.kill('SIGINT');

    const third = await sending(t, server, paths);
    const last = receiving(t, server, third.code, to);
    await last.said(/other\.bin: going on at/);
    await last.said(/large\.bin: going on at/);
    assert.equal(await last.exit, 0, last.stderr);
    assertContent(join(to, 'large.bin'), large);
    assertContent(join(to, 'other.bin'), other);
  });
}

test('a file that is changed after it was offered is a failure of who sends it', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const path = written(from, 'a.txt', 'as it was');
  const sender = await sending(t, server, [path]);
  await sender.command.said(/SHA-256 \w{64}$/m);
  writeFileSync(path, 'another one');
  const receiver = receiving(t, server, sender.code, to);
  assert.equal(await sender.command.exit, 1, sender.command.stderr);
  assert.match(sender.command.stderr, /^a\.txt: The file could not be read\. It may have been moved or changed /m);
  receiver.kill('SIGINT');
  assert.equal(await receiver.exit, 130);
  assert.deepEqual(readdirSync(to), []);
});

test('exit codes say what was wrong, and one sentence does', limit, async (t) => {
  const here = folder(t);
  const file = written(here, 'a', 'a');
  mkdirSync(join(here, 'sub'));
  const cases = /** @type {const} */ ([
    [2, ['fetch'], /^There is no command "fetch".*\n$/],
    [2, ['send', join(here, 'nothing')], /^".*nothing" cannot be read \(ENOENT\)\.\n$/],
    [2, ['send', join(here, 'sub')], /^".*sub" is no file; .*\n$/],
    [2, ['receive', 'code', '--to', file], /^".*" is no folder for files \(EEXIST\)\.\n$/],
    [
      3,
      ['send', file, '--server', 'http://localhost:1/'],
      /^The server at http:\/\/localhost:1\/ cannot be reached\.\n$/,
    ],
    [3, ['receive', '\u0007', '--server', server.url], /^The server at .* refuses: A room name has .*\n$/],
    [3, ['receive', 'nobody', '--wait', '1', '--server', server.url, '-q'], /^Nothing happened within 1 s\.\n$/],
  ]);
  await Promise.all(
    cases.map(async ([code, args, sentence]) => {
      const command = new Command(t, [...args]);
      assert.equal(await command.exit, code, args.join(' '));
      assert.match(command.stderr, sentence);
      assert.equal(command.stdout, '');
    }),
  );
});

test('help and version', limit, async (t) => {
  const help = new Command(t, ['--help']);
  assert.equal(await help.exit, 0);
  assert.match(help.stdout, /peer-session send .*\n.*peer-session receive/);
  assert.ok(help.stdout.split('\n').every((line) => line.length <= 100));
  const version = new Command(t, ['--version']);
  assert.equal(await version.exit, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});
