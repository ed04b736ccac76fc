// @ts-check
// Who receives is killed in the middle; the next one goes on at the byte.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { folder, receiving, sending } from './support/command.mjs';
import { assertContent, content, MiB, written } from './support/content.mjs';
import { ledgerOf, untilSafe } from './support/safe.mjs';

const limit = { timeout: 90_000 };
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
before(async () => (server = await startServer({ port: 0 })));
after(() => server.close());

/** Bytes of files that a command has got, by its own log of the wire. */
const bytesIn = ({ stderr }) =>
  [...stderr.matchAll(/peer-session:wire .* in \{ bytes: (\d+) \}/g)].reduce(
    (sum, [, bytes]) => sum + Number(bytes),
    0,
  );

test('killed in the middle, twice: what comes is the rest, and the file is whole', limit, async (t) => {
  const [from, to] = [folder(t), folder(t)];
  const bytes = content(7, 256 * MiB + 5);
  const sender = await sending(t, server, [written(from, 'big.bin', bytes)]);
  const ledger = ledgerOf(to, bytes);

  let safe = 0;
  for (const round of [1, 2]) {
    const victim = receiving(t, server, sender.code, to);
    await (round === 1 ? untilSafe(ledger) : victim.said(/going on at/));
    if (round === 2) await sender.command.said(/(?:to peer \w+, 268 MB\.[^]*){2}/);
    victim.kill('SIGKILL');
    assert.equal(await victim.exit, 'SIGKILL');
    const said = JSON.parse(readFileSync(ledger, 'utf8')).bytes;
    assert.ok(said >= Math.max(safe, 8 * MiB) && said < bytes.length, `${said} bytes are safe`);
    safe = said;
  }
  assert.deepEqual(readdirSync(to).sort(), [ledger.slice(to.length + 1), 'big.bin.part'].sort());

  const last = receiving(t, server, sender.code, to, [], { DEBUG: 'peer-session:wire' });
  assert.equal(await last.exit, 0);
  assert.equal(bytesIn(last), bytes.length - safe, 'nothing came twice');
  assert.match(last.stderr, /^big\.bin: going on at [\d.]+ MB \(\d+ %\)\.$/m);
  assert.deepEqual(readdirSync(to), ['big.bin']);
  assertContent(join(to, 'big.bin'), bytes);
  assert.equal(await sender.command.exit, 0, sender.command.stderr);
});
