import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { AddressLimits } from '../../web-demo/server/address-limits.mjs';
import { clientAddress } from '../../web-demo/server/addresses.mjs';
import { DEFAULT_LIMITS } from '../../web-demo/server/limits.mjs';
import { Client, keptLog, serverFor, statusOfUpgrade } from './client.mjs';

const SIGNAL = '/signal?room=room';
const from = (address) => ({ 'X-Forwarded-For': address });
const OUTSIDE = { Origin: 'https://files.example' };

test('behind a proxy that passes Host on, the page can connect', async (t) => {
  const server = await serverFor(t);
  assert.equal(await statusOfUpgrade(server, SIGNAL, { ...OUTSIDE, Host: 'files.example' }), 101);
});

test('behind one that does not, it is refused, and the log says what to set', async (t) => {
  const { lines, log } = keptLog();
  const server = await serverFor(t, {}, { log });
  for (let i = 0; i < 5; i += 1) assert.equal(await statusOfUpgrade(server, SIGNAL, OUTSIDE), 403);
  assert.equal(lines.length, 1, 'a flood of them is one line');
  assert.match(lines[0].event, /pass Host on, or set ALLOWED_ORIGINS, or TRUST_PROXY/);
  assert.equal(lines[0].origin, 'https://files.example');
  assert.equal(server.stats().refusals['bad-origin'], 5);
});

test('ALLOWED_ORIGINS lets it in, whatever the host, and nobody else', async (t) => {
  const { lines, log } = keptLog();
  const server = await serverFor(t, {}, { log, allowedOrigins: ['https://files.example'] });
  assert.equal(await statusOfUpgrade(server, SIGNAL, OUTSIDE), 101);
  for (const Origin of ['http://files.example', 'https://files.example:444', new URL(server.url).origin]) {
    assert.equal(await statusOfUpgrade(server, SIGNAL, { Origin }), 403, Origin);
  }
  assert.match(lines[0].event, /not in ALLOWED_ORIGINS/);
});

test('X-Forwarded-Host is believed of as many proxies as TRUST_PROXY says', async (t) => {
  const asked = { ...OUTSIDE, 'X-Forwarded-Host': 'files.example' };
  assert.equal(await statusOfUpgrade(await serverFor(t), SIGNAL, asked), 403, 'by default of none');
  const one = await serverFor(t, {}, { trustProxy: 1 });
  assert.equal(await statusOfUpgrade(one, SIGNAL, asked), 101);
  assert.equal(
    await statusOfUpgrade(one, SIGNAL, { ...OUTSIDE, 'X-Forwarded-Host': 'files.example, other.example' }),
    403,
    'what came before the proxy is what the client wrote',
  );
});

test('one address has so many connections, and gets in again when one has ended', async (t) => {
  const server = await serverFor(t, { maxConnectionsPerAddress: 2 }, { trustProxy: 1 });
  const first = await Client.join(server, 'room', { headers: from('192.0.2.1') });
  await Client.join(server, 'room', { headers: from('192.0.2.1') });
  assert.equal(await statusOfUpgrade(server, SIGNAL, from('192.0.2.1')), 429);
  assert.equal(await statusOfUpgrade(server, SIGNAL, from('198.51.100.1, 192.0.2.1')), 429, 'whatever it claims');
  assert.equal(await statusOfUpgrade(server, SIGNAL, from('192.0.2.2')), 101, 'another one');
  assert.equal(server.stats().refusals['too-many-connections'], 2);

  await first.leave();
  // The server has seen the end of the socket a moment later than its client.
  while ((await statusOfUpgrade(server, SIGNAL, from('192.0.2.1'))) === 429);
});

test('one address knocks so fast, in whatever room', async (t) => {
  const server = await serverFor(t, { burstHandshakes: 3, handshakesPerSecond: 0 }, { trustProxy: 1 });
  const answers = [];
  for (let i = 0; i < 5; i += 1) answers.push(await statusOfUpgrade(server, `/signal?room=${i}`, from('192.0.2.1')));
  assert.deepEqual(answers, [101, 101, 101, 429, 429]);
  assert.equal(await statusOfUpgrade(server, SIGNAL, from('192.0.2.2')), 101);
});

test('without TRUST_PROXY nobody is counted by what a header says, and the log says so', async (t) => {
  const { lines, log } = keptLog();
  const server = await serverFor(t, { burstHandshakes: 1, handshakesPerSecond: 0 }, { log });
  for (let i = 0; i < 3; i += 1) assert.equal(await statusOfUpgrade(server, SIGNAL, from('192.0.2.1')), 101);
  assert.equal(lines.length, 1);
  assert.match(lines[0].event, /set TRUST_PROXY/);
});

const requestFrom = (remoteAddress, told) => ({
  socket: { remoteAddress },
  headers: told === undefined ? {} : { 'x-forwarded-for': told },
});

for (const [remote, told, trusted, address] of [
  ['::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
  ['10.0.0.1', '192.0.2.1', 0, '10.0.0.1'],
  ['10.0.0.1', '192.0.2.9, 192.0.2.1', 1, '192.0.2.1'],
  ['10.0.0.1', '192.0.2.9, 192.0.2.1, 10.0.0.2', 2, '192.0.2.1'],
  ['10.0.0.1', 'no address', 1, '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', undefined, 0, '2001:db8:1:2::/64'],
  ['2001:0db8::1', undefined, 0, '2001:db8:0:0::/64'],
  ['fe80::1%eth0', undefined, 0, 'fe80:0:0:0::/64'],
  ['::1', undefined, 0, '::1'],
]) {
  test(`${remote}, told ${told}, ${trusted} trusted, is ${address}`, () => {
    assert.equal(clientAddress(requestFrom(remote, told), trusted), address);
  });
}

test('what is remembered of addresses has a bound, and those with connections stay counted', () => {
  const limits = { ...DEFAULT_LIMITS, maxTrackedAddresses: 10, maxConnectionsPerAddress: 1, burstHandshakes: 2 };
  const addresses = new AddressLimits(limits);
  const { release } = addresses.admit('192.0.2.1');
  for (let i = 0; i < 1000; i += 1) addresses.admit(`198.51.100.${i % 256}/${i}`).release?.();
  assert.equal(addresses.size, 10);
  assert.equal(addresses.admit('192.0.2.1').refusal, 'too-many-connections');
  release();
  assert.equal(addresses.admit('192.0.2.1').refusal, undefined);
});

test('more TCP connections than there is room for are closed, and counted', { timeout: 60_000 }, async (t) => {
  const server = await serverFor(t, { maxSockets: 2 });
  await Client.join(server);
  await Client.join(server);
  await once(connect(server.port, 'localhost').resume(), 'close');
  assert.equal(server.stats().refusals['too-many-sockets'], 1);
});

test('a request that does not come to its end is cut off', { timeout: 60_000 }, async (t) => {
  const server = await serverFor(t, { requestMs: 50 });
  const socket = connect(server.port, 'localhost');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
  socket.resume();
  await once(socket, 'close');
});
