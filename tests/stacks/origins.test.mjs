// What tells a peer that negotiates anew from one that began anew is how its stack describes itself: each stack's own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cleanup } from 'node-datachannel';
import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { stacks } from './support/stacks.mjs';

const context = stacks({ before, after });
const limit = { timeout: 60_000 };
// Connections that never were connected keep the process alive, closed or not.
after(() => cleanup());

// As a page has it; the sessions of this process are given theirs.
Object.assign(globalThis, { RTCPeerConnection });

for (const stack of /** @type {const} */ (['Chromium', 'Firefox', 'node-datachannel'])) {
  for (const answerer of /** @type {const} */ (['Chromium', 'Firefox'])) {
    test(`${answerer} tells a new offer of a ${stack} connection from one of another connection`, limit, async () => {
      const peer = context[stack];
      const page = context[answerer];
      const name = `${answerer}, offered by ${stack}`;
      /** @type {((answer: any) => void)[]} */
      const waiting = [];
      page.carriers.set(name, (signal) => {
        if (signal.type === 'answer') waiting.shift()?.(signal);
      });
      await page.evaluate((given) => globalThis.makeParty(given), { name, myId: 'b', peerId: 'a' });
      const handle = (sdp) =>
        page.evaluate(
          ([to, signal]) => globalThis.handleSignal(to, signal),
          [name, { type: 'offer', senderId: 'a', targetId: 'b', sdp }],
        );
      const ask = async (sdp) => {
        const answer = new Promise((resolve) => waiting.push(resolve));
        await handle(sdp);
        return (await answer).sdp;
      };

      const first = await ask(await peer.evaluate(offerOf, { key: name }));
      // The peer was described, and describes itself again: with new credentials where it can.
      const second = await ask(await peer.evaluate(offerOf, { key: name, answer: first }));
      assert.deepEqual([first.type, second.type], ['answer', 'answer']);
      const report = () => page.evaluate((id) => globalThis.parties.get(id).report(), name);
      assert.deepEqual([(await report()).errors, (await report()).closed], [[], false]);

      await handle(await peer.evaluate(offerOf, { key: `another ${name}` }));
      assert.deepEqual([(await report()).errors, (await report()).closed], [['peer-replaced: '], true]);
      assert.equal(waiting.length, 0);
      await peer.evaluate(closeAll, undefined);
    });
  }
}

/** Runs on the peer's side: the next offer of the connection of that key, after the answer to the one before. */
async function offerOf({ key, answer }) {
  const connections = (globalThis['offering'] ??= new Map());
  if (!connections.has(key)) {
    const connection = new globalThis.RTCPeerConnection();
    connection.createDataChannel('files');
    connections.set(key, connection);
  }
  const connection = connections.get(key);
  if (answer) await connection.setRemoteDescription(answer);
  await connection.setLocalDescription(await connection.createOffer({ iceRestart: answer !== undefined }));
  const { type, sdp } = connection.localDescription;
  // No path: only what is said of the connection matters here, and one that comes about may fail (docs/node.md).
  return { type, sdp: sdp.replace(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '') };
}

function closeAll() {
  for (const connection of globalThis['offering'].values()) connection.close();
  globalThis['offering'].clear();
}
