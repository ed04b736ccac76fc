// @ts-check
// The emulator's schedule is computed anew from what it says of each packet's arrival, to the nanosecond; what a client of its
// own sees must agree with it, within what a busy machine adds. More, by the kernel's clock: tests/support/path/path_test.cc.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Path } from '../support/path-emulator.mjs';
import { PathCarrier } from '../support/path-carrier.mjs';
import { seededRandom } from '../support/seeded-random.mjs';
import { joined, Probe, through } from './path-probe.mjs';

const millisecond = 1e6;
const limit = { timeout: 60_000 };

async function start(t, links) {
  const path = await Path.start(links);
  t.after(() => path.close());
  return path;
}

/** When each packet should leave, by nothing but arrivals and sizes; undefined: the queue had no room. */
function schedule(trace, { rate, queueMs, delayMs }) {
  let free = 0;
  return trace.map(([, bytes, arrival]) => {
    const own = Math.floor((bytes * 8 * 1e9) / rate);
    const waits = Math.max(0, free - arrival);
    if (waits > 0 && waits + own > queueMs * millisecond) return undefined;
    free = arrival + waits + own;
    return free + delayMs * millisecond;
  });
}

test(
  'packets leave when rate, queue and delay say, and are dropped from the bound of the queue on',
  limit,
  async (t) => {
    const link = { rate: 8e6, queueMs: 20, delayMs: 3.25 };
    const path = await start(t, { toHidden: link });
    const { flow, caller, hidden } = await joined(t, path);
    await path.trace(1000);
    // Of two sizes, in bursts that overflow the queue, with pauses in which it empties.
    for (let burst = 0; burst < 4; burst += 1) {
      await caller.send(flow.port, { count: 40, first: 60 * burst });
      await caller.send(flow.port, { count: 20, first: 60 * burst + 40, wireBytes: 300 });
      await through(path, 'toHidden', 60 * (burst + 1));
    }
    const statistics = await through(path, 'toHidden', 240);
    const { toHidden: trace } = await path.readTrace();

    const expected = schedule(trace, link);
    assert.deepEqual(
      trace.map(([, , , due, , fate]) => (fate === 'queue' ? undefined : due)),
      expected,
    );
    const passed = expected.flatMap((due, sequence) => (due === undefined ? [] : [sequence]));
    assert.ok(passed.length >= 4 * 20 && passed.length < 240, `${passed.length} passed`);
    await hidden.until(passed.length);
    assert.deepEqual(hidden.sequences, passed);
    assert.equal(statistics.dropped.queue, 240 - passed.length);
    assert.equal(statistics.passed.packets, passed.length);
    // The largest packet is of one millisecond: the queue was filled to within that, and no further.
    assert.ok(statistics.queue.maxMs <= 20 && statistics.queue.maxMs > 19, `${statistics.queue.maxMs} ms`);
    for (const [, , , due, sent, fate] of trace) assert.ok(fate === 'queue' || sent >= due, 'none leaves early');
  },
);

test('a client sees the delay and the rate', limit, async (t) => {
  const path = await start(t, { both: { delayMs: 10 }, toHidden: { rate: 8e6 } });
  const { flow, caller, hidden } = await joined(t, path);
  const takes = [];
  for (let each = 0; each < 15; each += 1) {
    const sent = performance.now();
    await caller.send(flow.port);
    await hidden.until(each + 1);
    takes.push(hidden.received[each].time - sent);
  }
  // 10 ms, and 1 ms for a thousand bytes.
  assert.ok(Math.min(...takes) >= 10.9, `the fastest took ${Math.min(...takes)} ms`);
  assert.ok(Math.min(...takes) < 25, `the fastest took ${Math.min(...takes)} ms`);

  const begun = performance.now();
  await caller.send(flow.port, { count: 200 });
  await hidden.until(15 + 200);
  const lasted = hidden.received[214].time - begun;
  assert.ok(lasted >= 209.9 && lasted < 1000, `200 packets of 1 ms came within ${lasted} ms`);
});

test('the statistics are of the time since they were reset', limit, async (t) => {
  const path = await start(t, { toHidden: { rate: 8e6, delayMs: 1 } });
  const { flow, caller } = await joined(t, path);
  await caller.send(flow.port, { count: 10, wireBytes: 500 });
  const first = await through(path, 'toHidden', 10);
  assert.deepEqual(first.passed, { packets: 10, bytes: 5000, payloadBytes: 10 * 472 });
  assert.ok(first.late.maxUs >= first.late.p99Us && first.late.p99Us > 0 && first.late.meanUs > 0);
  const { seconds, toHidden } = await path.statistics({ reset: true });
  assert.ok(Math.abs(toHidden.goodput * seconds - 10 * 472 * 8) < 1, 'goodput is what the datagrams held');
  // What ten packets of half a millisecond have in the queue: at most a triangle of 5 ms, at least ten small ones.
  const area = toHidden.queue.meanMs * seconds * 1000;
  assert.ok(area > (10 * 0.5 ** 2) / 2 - 0.001 && area < 5 ** 2 / 2 + 0.001, `${area} ms²`);
  const after = (await path.statistics()).toHidden;
  assert.deepEqual([after.arrived.packets, after.passed.packets, after.queue.maxMs, after.late.maxUs], [0, 0, 0, 0]);
});

test('a seed says which packets are lost', limit, async (t) => {
  const path = await start(t, { toHidden: { loss: 0.1 } });
  await path.seed('hidden', 7);
  const { flow, caller, hidden } = await joined(t, path);
  await caller.send(flow.port, { count: 1000 });
  const { dropped } = await through(path, 'toHidden', 1000);
  const random = seededRandom(7);
  const kept = Array.from({ length: 1000 }, (_, sequence) => sequence).filter(() => random() >= 0.1);
  await hidden.until(kept.length);
  assert.deepEqual(hidden.sequences, kept);
  assert.equal(dropped.loss, 1000 - kept.length);
});

test('losses in bursts are as long as they should be', limit, async (t) => {
  const burst = { begin: 0.02, length: 4 };
  const path = await start(t, { toHidden: { burst } });
  await path.seed('hidden', 7);
  const { flow, caller } = await joined(t, path);
  await path.trace(4000);
  await caller.send(flow.port, { count: 4000, wireBytes: 100 });
  await through(path, 'toHidden', 4000);
  const lost = (await path.readTrace()).toHidden.map(([, , , , , fate]) => fate === 'loss');

  const random = seededRandom(7 + 0x10000);
  let inBurst = false;
  const expected = lost.map(() => {
    if (random() < (inBurst ? 1 / burst.length : burst.begin)) inBurst = !inBurst;
    return inBurst;
  });
  assert.deepEqual(lost, expected);
  const bursts = lost.filter((is, index) => is && !lost[index - 1]).length;
  const mean = lost.filter(Boolean).length / bursts;
  assert.ok(bursts > 40 && bursts < 110 && mean > 3 && mean < 5, `${bursts} bursts of ${mean} packets`);
});

test('jitter adds to the delay and keeps the order', limit, async (t) => {
  const path = await start(t, { toHidden: { delayMs: 5, jitterMs: 4 } });
  const { flow, caller, hidden } = await joined(t, path);
  await path.trace(200);
  await caller.send(flow.port, { count: 200 });
  await hidden.until(200);
  const random = seededRandom(1 + 0x20000);
  let last = 0;
  for (const [, , arrival, due] of (await path.readTrace()).toHidden) {
    last = Math.max(last, arrival + 5 * millisecond + Math.trunc(random() * 4 * millisecond));
    assert.equal(due, last);
  }
  assert.deepEqual(
    hidden.sequences,
    Array.from({ length: 200 }, (_, sequence) => sequence),
  );
});

test('a cut takes what is on its way, until it is restored', limit, async (t) => {
  const path = await start(t, { toHidden: { delayMs: 60_000 } });
  const { flow, caller, hidden } = await joined(t, path);
  await caller.send(flow.port, { count: 3 });
  while ((await path.statistics()).toHidden.waiting < 3);
  await path.cut('hidden');
  await caller.send(flow.port, { count: 2 });
  assert.equal((await through(path, 'toHidden', 5)).dropped.cut, 5);
  // The other direction knows nothing of it.
  await hidden.send(flow.portSeenByHidden);
  await caller.until(1);

  await path.set('hidden', { delayMs: 0 });
  await path.restore('hidden');
  await caller.send(flow.port, { first: 9 });
  await hidden.until(1);
  assert.deepEqual(hidden.sequences, [9]);
});

for (const end of /** @type {const} */ (['caller', 'hidden'])) {
  test(
    `when the ${end} end gets another port, the other sees it come from there, and the old one is dead`,
    limit,
    async (t) => {
      const path = await start(t, {});
      const { flow, caller, hidden } = await joined(t, path);
      const [mover, other] = end === 'caller' ? [caller, hidden] : [hidden, caller];
      const portOf = (probe) => (probe === caller ? flow.port : flow.portSeenByHidden);
      await caller.send(flow.port);
      await hidden.until(1);
      await hidden.send(flow.portSeenByHidden);
      await caller.until(1);

      const old = portOf(other);
      await flow.rebind(end);
      assert.notEqual(portOf(other), old);
      await other.send(old, { first: 5 });
      const towards = end === 'caller' ? 'toCaller' : 'toHidden';
      while ((await path.statistics())[towards].dropped.stale < 1);
      await mover.send(portOf(mover), { first: 6 });
      await other.until(2);
      assert.deepEqual(other.received[1].from, portOf(other));
      await other.send(portOf(other), { first: 7 });
      await mover.until(2);
      assert.deepEqual(mover.sequences, [0, 7]);
    },
  );
}

test('all flows share one bottleneck, and each direction has its own', limit, async (t) => {
  const link = { rate: 8e6, queueMs: 1000, delayMs: 0 };
  const path = await start(t, { both: link });
  const pairs = [await joined(t, path), await joined(t, path)];
  // So that both directions know where to send to.
  for (const { flow, caller, hidden } of pairs) await caller.send(flow.port).then(() => hidden.until(1));
  await path.statistics({ reset: true });
  await path.trace(400);
  for (let each = 0; each < 100; each += 1) {
    for (const { flow, caller, hidden } of pairs) {
      await caller.send(flow.port, { first: each });
      await hidden.send(flow.portSeenByHidden, { first: each });
    }
  }
  for (const { caller, hidden } of pairs) await Promise.all([hidden.until(101), caller.until(100)]);
  const trace = await path.readTrace();
  for (const direction of [trace.toHidden, trace.toCaller]) {
    assert.equal(direction.length, 200);
    assert.deepEqual(
      direction.map(([, , , due]) => due),
      schedule(direction, link),
    );
    for (const { flow } of pairs) assert.equal(direction.filter(([id]) => id === flow.id).length, 100);
  }
});

test('what cannot be is refused in words, and changes nothing', limit, async (t) => {
  const path = await start(t, { toHidden: { rate: 8e6, delayMs: 1 } });
  const wrong = (settings) => path.set('hidden', /** @type {any} */ ({ delayMs: 500, ...settings }));
  await assert.rejects(wrong({ delay: 3 }), /has no delay/);
  await assert.rejects(wrong({ rate: -1 }), /rate is not between/);
  await assert.rejects(wrong({ loss: '1' }), /loss is not a number/);
  await assert.rejects(wrong({ burst: { end: 1 } }), /burst has no end/);
  await assert.rejects(wrong({ queueMs: 1, queueBytes: 1 }), /not by both/);
  await assert.rejects(path.set(/** @type {any} */ ('up'), {}), /hidden or caller/);
  await assert.rejects(Path.start({ both: /** @type {any} */ ({ speed: 1 }) }), /has no speed/);
  const flow = await path.addFlow();
  await assert.rejects(flow.hide({ address: 'localhost', port: 1 }), /IPv4/);
  await flow.remove();
  await assert.rejects(flow.rebind('caller'), /no such flow/);

  const { flow: other, caller, hidden } = await joined(t, path);
  await path.trace(1);
  await caller.send(other.port);
  await hidden.until(1);
  const [[, , arrival, due]] = (await path.readTrace()).toHidden;
  assert.equal(due - arrival, 2 * millisecond);
});

test('after its end nothing waits for an answer', limit, async () => {
  const path = await Path.start();
  await path.close();
  await assert.rejects(path.statistics(), /has ended/);
  await path.close();
});

test('signals lead every connection over a flow of its own', limit, async (t) => {
  const path = await start(t, {});
  const [first, second] = [await Probe.open(t), await Probe.open(t)];
  const caller = await Probe.open(t);
  const carrier = new PathCarrier(path);
  const description = (name) => `v=0\r\na=ice-ufrag:${name}\r\na=end-of-candidates\r\n`;
  const candidate = (name, { address, port }, type = 'host') => ({
    type: 'candidate',
    candidate: { candidate: `candidate:1 1 udp 2122 ${address} ${port} typ ${type} ufrag ${name}`, sdpMid: '0' },
  });
  const nameless = { type: 'candidate', candidate: { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host' } };
  assert.equal(
    await carrier.redirect(nameless),
    undefined,
    'an address that belongs to no connection is not passed on',
  );
  assert.deepEqual(await carrier.redirect({ type: 'hello' }), { type: 'hello' });
  // In one turn, and mixed, as lanes that open at once would be: a package's description is whole, a bare connection's a text.
  const redirected = await Promise.all([
    carrier.redirect({ type: 'answer', sdp: { type: 'answer', sdp: description('one') } }),
    carrier.redirect({ type: 'answer', sdp: description('two') }),
    carrier.redirect(candidate('one', first.endpoint)),
    carrier.redirect(candidate('two', second.endpoint)),
    carrier.redirect(candidate('one', second.endpoint)),
    carrier.redirect(candidate('two', second.endpoint, 'srflx')),
  ]);
  assert.deepEqual(redirected.slice(0, 2), [
    { type: 'answer', sdp: { type: 'answer', sdp: description('one') } },
    { type: 'answer', sdp: description('two') },
  ]);
  assert.deepEqual(redirected.slice(4), [undefined, undefined], 'there is no other way');
  assert.equal(carrier.count, 2);
  for (const [index, probe] of [first, second].entries()) {
    const port = Number(/ 127\.0\.0\.1 (\d+) typ host/.exec(redirected[2 + index].candidate.candidate)?.[1]);
    assert.notEqual(port, probe.endpoint.port);
    await caller.send(port, { first: index });
    await probe.until(1);
    assert.deepEqual(probe.sequences, [index]);
  }
});
