// Credentials for a TURN server: as coturn takes them, for a while, told to each client and again when it asks.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { readSettings } from '../../web-demo/server/settings.mjs';
import { iceServersFrom, turnCredentials } from '../../web-demo/server/turn.mjs';
import { TurnServer } from '../support/turn-server.mjs';
import { Client, offerTo, serverFor } from './client.mjs';

const environment = {
  STUN_URLS: 'stun:turn.example:3478',
  TURN_URLS: 'turn:turn.example:3478?transport=udp, turns:turn.example:5349?transport=tcp',
  TURN_SECRET: 'north by northwest',
  TURN_TTL: '600',
};
const iceServersOf = (settings) => iceServersFrom(readSettings(settings).turn);
const turnUrls = ['turn:turn.example:3478?transport=udp', 'turns:turn.example:5349?transport=tcp'];

test('they are the HMAC-SHA1 of when they expire and for whom they are', () => {
  const given = { secret: 'north', urls: ['turn:turn.example'], ttlSeconds: 86_400, id: 'bob', now: 999 };
  // printf 86400:bob | openssl dgst -sha1 -hmac north -binary | base64
  const credential = 'xavdMJ26SeRuVCyA6fQFnwkk9hg=';
  assert.deepEqual(turnCredentials(given), {
    iceServers: [{ urls: ['turn:turn.example'], username: '86400:bob', credential }],
    expiresAt: 86_400,
  });
});

/** Asks for a relay as a client does, again if its one packet is lost; resolves with what coturn says of that. */
async function allocate(turn, { username, credential }) {
  const port = /:(\d+)\?/.exec(turn.url)[1];
  const asked = ['-y', '-c', '-n', '1', '-m', '1', '-u', username, '-w', credential, '-p', port, '127.0.0.1'];
  const answer = turn.untilLog(new RegExp(`<${username}>.*(ALLOCATE processed, success|error 4)`));
  let line;
  while (line === undefined) {
    const client = spawn('turnutils_uclient', asked, { stdio: 'ignore' });
    const gone = once(client, 'exit');
    line = await Promise.race([answer, gone.then(() => undefined)]);
    client.kill();
    await gone;
  }
  return /success|error \d+/.exec(line)[0];
}

test('coturn takes them, until they expire, and only with its own secret', { timeout: 60_000 }, async (t) => {
  const turn = await TurnServer.for(t);
  const of = (id, more) => {
    const given = { secret: turn.secret, urls: [turn.url], ttlSeconds: 600, id, ...more };
    return turnCredentials(given).iceServers[0];
  };
  assert.equal(await allocate(turn, of('alice')), 'success');
  assert.equal(await allocate(turn, of('late', { now: Date.now() - 700_000 })), 'error 401');
  assert.equal(await allocate(turn, of('mallory', { secret: 'another' })), 'error 401');
});

test('each client gets its own with the welcome, and new ones when it asks', async (t) => {
  const server = await serverFor(t, {}, { iceServersFor: iceServersOf(environment) });
  const other = await Client.join(server);
  const client = new Client(server);
  const { id, type, ...welcome } = await client.next();
  assert.equal((await other.next()).type, 'peer-joined');
  client.send({ type: 'ice-servers', targetId: other.id, iceServers: 'none' });
  const { type: answer, ...again } = await client.next();
  assert.deepEqual([type, answer], ['welcome', 'ice-servers']);
  for (const { iceServers, iceServersLifetime } of [welcome, again]) {
    const [stun, { username, credential, urls }] = iceServers;
    assert.deepEqual([stun, urls, iceServersLifetime], [{ urls: ['stun:turn.example:3478'] }, turnUrls, 600]);
    const [expiry, forWhom] = username.split(':');
    assert.equal(forWhom, id);
    const left = Number(expiry) - Date.now() / 1000;
    assert.ok(left > 500 && left <= 600, `${left} s`);
    const same = turnCredentials({ secret: 'north by northwest', urls, ttlSeconds: 0, id, now: Number(expiry) * 1000 });
    assert.equal(credential, same.iceServers[0].credential);
  }
  await other.settled();
  assert.deepEqual(other.unread, []);
});

test('where there are none, a client is told none, and may ask', async (t) => {
  const server = await serverFor(t);
  const client = new Client(server);
  assert.deepEqual(Object.keys(await client.next()), ['type', 'id', 'room', 'peers']);
  client.send({ type: 'ice-servers' });
  assert.deepEqual(await client.next(), { type: 'ice-servers' });
});

test('who asks all the time is closed, as with all other messages', async (t) => {
  const server = await serverFor(t, { burstMessages: 3, messagesPerSecond: 0.001 });
  const client = await Client.join(server);
  for (let times = 0; times < 3; times++) client.send({ type: 'ice-servers' });
  client.send(offerTo(client.id));
  assert.deepEqual(await client.closed, { code: 1008, reason: 'rate-limited' });
});

test('only STUN needs no secret, and lives for ever', () => {
  const told = iceServersOf({ STUN_URLS: 'stun:a.example,stun:b.example' })?.('id');
  assert.deepEqual(told, { iceServers: [{ urls: ['stun:a.example', 'stun:b.example'] }] });
  assert.equal(iceServersOf({}), undefined);
  assert.equal(iceServersOf({ STUN_URLS: '', TURN_URLS: ' ' }), undefined);
});

test('TURN alone lives for an hour, unless told otherwise', () => {
  const told = iceServersOf({ TURN_URLS: 'turn:a.example', TURN_SECRET: 'north by northwest' })?.('id');
  assert.deepEqual([told?.iceServers.length, told?.iceServersLifetime], [1, 3600]);
});

for (const [wrong, message] of /** @type {[object, RegExp][]} */ ([
  [{ TURN_SECRET: '' }, /TURN_URLS needs TURN_SECRET/],
  [{ TURN_URLS: '' }, /TURN_SECRET is of no use without TURN_URLS/],
  [
    { TURN_URLS: 'https://turn.example' },
    /TURN_URLS must be addresses that begin with turn: or turns:, not "https:\/\/turn\.example"/,
  ],
  [
    { STUN_URLS: 'turn:turn.example' },
    /STUN_URLS must be addresses that begin with stun: or stuns:, not "turn:turn\.example"/,
  ],
  [{ TURN_TTL: '59' }, /TURN_TTL must be a number from 60 to 86400, not "59"/],
  [{ TURN_TTL: '86401' }, /TURN_TTL/],
  [{ TURN_TTL: 'an hour' }, /TURN_TTL/],
  [{ TURN_TTL: '60.5' }, /TURN_TTL/],
])) {
  test(`the server does not start with ${JSON.stringify(wrong)}`, () => {
    assert.throws(() => iceServersOf({ ...environment, ...wrong }), message);
  });
}
