// `Transfers` on the real channels of a browser: in pages, in a Worker that was given one, and on the next when one is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bench, limit, openTestPage } from './bench.mjs';

const context = bench({ before, after });

/** What the tests run in their page: two connections in it, and what is said of the first channel between them. */
async function withHelpers(t) {
  const page = await openTestPage(t, context);
  await page.evaluate(() => {
    globalThis.connect = async (given = {}) => {
      const near = new RTCPeerConnection();
      const far = new RTCPeerConnection();
      near.onicecandidate = ({ candidate }) => candidate && far.addIceCandidate(candidate);
      far.onicecandidate = ({ candidate }) => candidate && near.addIceCandidate(candidate);
      const a = near.createDataChannel('files', given);
      const b = new Promise((resolve) => (far.ondatachannel = ({ channel }) => resolve(channel)));
      await near.setLocalDescription();
      await far.setRemoteDescription(near.localDescription);
      await far.setLocalDescription();
      await near.setRemoteDescription(far.localDescription);
      return { a, b, near, far };
    };
  });
  return page;
}

test('files go both ways over a channel that the application has made, and each sender knows', limit, async (t) => {
  const page = await withHelpers(t);
  const seen = await page.evaluate(async () => {
    const { Transfers } = await import('/dist/transfers.js');
    const { bytesOf, isSame } = await import('/page/content.mjs');
    const { a, b } = await globalThis.connect();
    const sides = [new Transfers(a, { maxMessageSize: 262_144 }), new Transfers(await b, { maxMessageSize: 262_144 })];
    const receive = async (side) => {
      const right = [];
      for await (const file of side.incoming) {
        const arrived = await file.pull();
        right.push([file.extra.number, isSame(new Uint8Array(await arrived.arrayBuffer()), bytesOf(file.name))]);
        if (right.length === 5) return right;
      }
    };
    const arrivals = Promise.all(sides.map(receive));
    const offers = sides.flatMap((side, index) =>
      Array.from({ length: 5 }, (_, number) => {
        const name = `${index * 5 + number + 1}-${100_000 * number + 1}-file`;
        return side.offer(new Blob([bytesOf(name)]), { name, extra: { number } });
      }),
    );
    await Promise.all(offers.map(({ done }) => done));
    const right = await arrivals;
    sides[0].close();
    await Promise.all(sides.map(({ closed }) => closed));
    return { right, states: offers.map(({ state }) => state), channel: a.readyState };
  });
  const all = [0, 1, 2, 3, 4].map((number) => [number, true]);
  assert.deepEqual(seen.right, [all, all]);
  assert.ok(seen.states.every((state) => state === 'delivered'));
  assert.notEqual(seen.channel, 'open');
});

test('in a Worker, on a channel that was transferred to it', limit, async (t) => {
  const page = await withHelpers(t);
  const seen = await page.evaluate(async () => {
    const { Transfers } = await import('/dist/transfers.js');
    const { bytesOf, isSame } = await import('/page/content.mjs');
    const worker = new Worker('/page/transfers-worker.mjs', { type: 'module' });
    const near = new RTCPeerConnection();
    const far = new RTCPeerConnection();
    near.onicecandidate = ({ candidate }) => candidate && far.addIceCandidate(candidate);
    far.onicecandidate = ({ candidate }) => candidate && near.addIceCandidate(candidate);
    const channel = near.createDataChannel('files');
    // Only in the task in which it was made.
    worker.postMessage({ channel }, [channel]);
    const other = new Promise((resolve) => (far.ondatachannel = ({ channel: it }) => resolve(it)));
    await near.setLocalDescription();
    await far.setRemoteDescription(near.localDescription);
    await far.setLocalDescription();
    await near.setRemoteDescription(far.localDescription);
    const transfers = new Transfers(await other);
    const answer = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    const offer = transfers.offer(new Blob([bytesOf('7-3000000-there')]), { name: '7-3000000-there' });
    let isRight = false;
    for await (const file of transfers.incoming) {
      const arrived = await file.pull();
      isRight = isSame(new Uint8Array(await arrived.arrayBuffer()), bytesOf(file.name));
      break;
    }
    await offer.done;
    const said = await answer;
    worker.terminate();
    return { isRight, said };
  });
  assert.deepEqual(seen, {
    isRight: true,
    said: { name: '7-3000000-there', isRight: true, state: 'delivered' },
  });
});

test('a connection is lost in the middle of a file: the next channel goes on at the byte it had', limit, async (t) => {
  const page = await withHelpers(t);
  const seen = await page.evaluate(async () => {
    const { Transfers } = await import('/dist/transfers.js');
    const first = await globalThis.connect();
    let came = 0;
    const onWireMessage = (direction, message) => {
      if (direction === 'in') came += message.bytes ?? 0;
    };
    const a = new Transfers(first.a);
    const b = new Transfers(await first.b, { onWireMessage });
    const size = 30_000_000;
    const content = new Uint8Array(size);
    for (let at = 0; at < size; at += 997) content[at] = at;
    const offer = a.offer(new Blob([content]));
    const { value: file } = await b.incoming[Symbol.asyncIterator]().next();
    const pull = file.pull();
    for await (const { bytes } of pull.progress()) if (bytes > 0) break;
    const lost = new Promise((resolve) =>
      b.addEventListener('statechange', ({ state }) => resolve(state), { once: true }),
    );
    first.near.close();
    first.far.close();
    const state = await lost;
    const before = came;
    const next = await globalThis.connect();
    a.reattach(next.a);
    b.reattach(await next.b);
    const arrived = new Uint8Array(await (await pull).arrayBuffer());
    await offer.done;
    return { state, before, came, isSame: arrived.every((byte, at) => byte === content[at]), end: b.state };
  });
  assert.deepEqual([seen.state, seen.isSame, seen.end], ['interrupted', true, 'open']);
  assert.ok(seen.before > 0 && seen.before < 30_000_000, `${seen.before} bytes before`);
  assert.equal(seen.came, 30_000_000, 'no byte came twice');
});
