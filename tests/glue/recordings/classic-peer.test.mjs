// @ts-check
// The double of the real class, held against what the real class said: tests with it are worth what this is.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ClassicPeer } from '../support/classic-peer.mjs';
import { expectedOf, play, readRecording } from '../support/recording.mjs';

/** The contents were not recorded. */
const digestIn = (entries) => {
  const metas = entries.filter(({ data }) => data.type === 'meta').map(({ data }) => data);
  return (bytes) => metas.find(({ size }) => size === bytes.length).hash;
};

for (const [name, isSigned] of /** @type {const} */ ([
  ['class-first', false],
  ['class-signed', true],
])) {
  const entries = readRecording(name);
  for (const side of /** @type {const} */ (['a', 'b'])) {
    test(`${name}: the double says what side ${side} said, signal by signal and message by message`, async () => {
      const digest = digestIn(entries);
      const { heard, ids } = await play(entries, side, ({ metas, heard: log, ...part }) => {
        const own = metas.filter(({ ttl, signature }) => ttl === 3 && signature !== undefined);
        const sign = async () => {
          const { originalSenderId, signature, publicKeyBase64 } = own.shift();
          return { originalSenderId, signature, publicKeyBase64 };
        };
        const classic = new ClassicPeer({ ...part, sendSignal: () => {}, digest, log, ...(isSigned ? { sign } : {}) });
        return {
          start: () => classic.start(),
          handleSignal: (signal) => classic.handleSignal(signal),
          requestSync: () => classic.requestSync(),
          sendInventory: (hashes) => classic.sendInventory(hashes),
          ping: () => classic.ping(),
          requestFile: (hash) => classic.requestFile(hash),
          pull: (transferId) => classic.pull(transferId),
          offer: async ({ name: fileName, size, mime, hash, isPinned, ttl }, meta) => {
            const blob = new Blob([new Uint8Array(size)], { type: mime });
            const { originalSenderId, signature, publicKeyBase64 } = meta;
            const isOwn = isSigned && ttl === 3;
            const more = isOwn ? {} : { originalSenderId, signature, publicKeyBase64 };
            classic.offer({ name: fileName, hash, blob }, { isPinned, ttl, ...more });
          },
          close: () => classic.close(),
        };
      });
      const of = (kind) => heard.entries.filter((entry) => entry.kind === kind);
      const expected = expectedOf(entries, side);
      assert.deepEqual(
        of('image').map(({ meta }) => meta),
        expected.metas,
      );
      assert.deepEqual(
        of('offer').map(({ message }) => message),
        expected.offer,
      );
      assert.deepEqual([of('transfer-error'), of('unknown'), of('signal-error')], [[], [], []]);
      // Base 36 of a random number has nine digits, or a few less.
      const kind = isSigned ? /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ : /^[0-9a-z]{4,9}$/;
      for (const id of [...ids].flat()) assert.match(id, kind);
    });
  }
}
