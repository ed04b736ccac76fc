// The channel for files of connections that a library makes.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { fileChannelOf, Transfers, withFileChannel } from 'peer-session/transfers';
import { makeFile, MiB } from '../support/files.mjs';
import { MockLink, VirtualClock } from 'peer-session/testing';
import { asChannel, nextIncoming, settleTurns, untilEvent, untilReceiving } from '../support/transfers.mjs';

/** A connection of a library's, whose channel is that end of the link; and how it was asked for. */
function connectionWith(channel) {
  const asked = [];
  class Base {
    configuration;
    constructor(configuration) {
      this.configuration = configuration;
    }
    createDataChannel(...given) {
      asked.push(given);
      return channel;
    }
  }
  const Connection = withFileChannel(/** @type {any} */ (Base));
  return { connection: new Connection({ iceServers: [] }), asked };
}

const makeTransfers = (channel, options = {}) =>
  new Transfers(asChannel(channel), { clock: new VirtualClock(), ...options });

test('the class is as the one given, and its connections have a negotiated channel', () => {
  const { connection, asked } = connectionWith(new MockLink().b);
  assert.deepEqual(asked, [['peer-session', { negotiated: true, id: 64 }]]);
  assert.deepEqual(/** @type {any} */ (connection).configuration, { iceServers: [] });
  assert.equal(fileChannelOf(connection).binaryType, 'arraybuffer');
});

test('what the peer says before anybody listens is not lost', async () => {
  const link = new MockLink();
  const { connection } = connectionWith(link.b);
  const a = makeTransfers(link.a);
  link.open();
  const file = makeFile(MiB);
  const offer = a.offer(file.blob, { extra: { early: true } });
  await untilEvent(a, 'change', () => offer.state === 'offered');
  await settleTurns();

  const b = makeTransfers(fileChannelOf(connection));
  const incoming = await nextIncoming(b);
  assert.deepEqual(incoming.extra, { early: true });
  assert.equal((await incoming.pull()).size, MiB);
  // Only a peer that was heard to say hello is told that it has all.
  await offer.done;
  b.close();
  await a.closed;
  assert.equal(link.a.listenerCount + link.b.listenerCount, 0);
});

test('nor is what it says on the next connection, while the one before is not known to be lost', async () => {
  const link = new MockLink({ bytesPerTurn: 64 * 1024 });
  const clock = new VirtualClock();
  const a = makeTransfers(link.a, { clock });
  const b = makeTransfers(link.b, { clock });
  link.open();
  const offer = a.offer(makeFile(4 * MiB).blob);
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);

  const next = new MockLink();
  const { connection } = connectionWith(next.b);
  next.open();
  a.reattach(asChannel(next.a));
  await settleTurns();
  b.reattach(fileChannelOf(connection));
  assert.equal((await pull).size, 4 * MiB);
  await offer.done;
});

test('a peer that says too much before anybody listens loses its channel', async () => {
  const link = new MockLink();
  const { connection } = connectionWith(link.b);
  link.open();
  const message = new Uint8Array(256 * 1024);
  for (let sent = 0; sent < 16 * MiB; sent += message.length) {
    asChannel(link.a).send(message);
    await settleTurns(4);
  }
  assert.notEqual(fileChannelOf(connection).readyState, 'open');
  assert.equal(link.b.listenerCount, 0);
});

test('a connection of another class is an argument that is wrong', () => {
  assert.throws(() => fileChannelOf(/** @type {any} */ ({})), TypeError);
});
