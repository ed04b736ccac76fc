// The entry peer-session/worker in a real browser: the data path in a Worker, or in the page where there can be none.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPage } from '../e2e/browser.mjs';
import { serveFolders } from '../support/static-server.mjs';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, ready } from './bench.mjs';
import { Relays } from './relays.mjs';
import { folders, pageOf } from './static-server.mjs';

const context = bench({ before, after, page: 'worker.html' });

const MB = 1_000_000;
const files = [0, 1, 70_000, 3 * MB].map((size, index) => ({ seed: index + 1, size }));

async function joinTwo(t, given = {}) {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, given);
  await pair.connect();
  return pair;
}

/** Files go both ways, and each arrives once, whole. */
async function exchange({ left, right }) {
  await Promise.all([left.share(files), right.share(files)]);
  await Promise.all([left.untilOffered(files.length), right.untilOffered(files.length)]);
  await Promise.all([left.pullAll(), right.pullAll()]);
  await Promise.all([left.untilSettled(), right.untilSettled()]);
  const all = (party) => [...party.sent.values()].every((ends) => ends.length > 0);
  await Promise.all([left.until(all), right.until(all)]);
  for (const side of [left, right]) {
    const report = await side.report();
    assert.equal(countOf(assertExactlyOnce(report, side.name)), `${files.length} image`);
    assert.equal(countOf(report.sent.flat()), `${files.length} sent`);
    assert.deepEqual([report.errors, report.isConnected], [[], true]);
    assert.equal(report.stats.droppedBytes, 0);
  }
}

const workersOf = ({ page }) => page.workers().map((worker) => new URL(worker.url()).pathname);

test('files go both ways, over channels that are in a Worker', limit, async (t) => {
  const pair = await joinTwo(t);
  await exchange(pair);
  assert.deepEqual([workersOf(pair.left), workersOf(pair.right)], Array(2).fill(['/dist/worker-thread.js']));
});

test('several sessions have one Worker, which ends some time after the last of them', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pairs = [];
  for (const name of ['one', 'two', 'three']) {
    const pair = await joinPages(pages, { name });
    await pair.connect();
    pairs.push(pair);
  }
  for (const pair of pairs) await exchange(pair);
  const [page] = pages;
  assert.equal(page.workers().length, 1);
  const ended = new Promise((resolve) => page.workers()[0].once('close', resolve));
  for (const { left } of pairs) await left.close();
  await ended;
  const next = await joinPages(pages, { name: 'next' });
  await next.connect();
  await exchange(next);
  assert.equal(page.workers().length, 1, 'another one');
});

const noEngineThere = { 'content-type': 'text/javascript', 'content-security-policy': "script-src 'self'" };
for (const [what, { headers, answer }] of /** @type {[string, {headers?: Record<string, string>, answer?: any}][]} */ ([
  ["a policy with worker-src 'none'", { headers: { 'content-security-policy': "worker-src 'none'" } }],
  ['a server that does not have its script', { answer: { status: 404 } }],
  ['a script of which the engine cannot run there', { answer: { headers: noEngineThere } }],
])) {
  test(`with ${what} the same sessions work in the page`, limit, async (t) => {
    const server = await serveFolders(folders, headers);
    t.after(() => server.close());
    const expectedErrors = /worker-thread\.js|404|WebAssembly/;
    const pages = [];
    while (pages.length < 2) {
      const page = await openPage(t, context.browser, `${server.origin}/page/content.mjs`, { expectedErrors });
      const path = join(folders['/dist/'], 'worker-thread.js');
      if (answer) await page.route('**/worker-thread.js', (route) => route.fulfill({ path, ...answer }));
      await page.goto(pageOf(server.origin, 'worker.html'));
      pages.push(await ready(page));
    }
    const pair = await joinPages(pages);
    await pair.connect();
    await exchange(pair);
    assert.deepEqual(workersOf(pair.left), []);
  });
}

test('close() settles everything before it returns', limit, async (t) => {
  const { left, right } = await joinTwo(t, { right: { pullsEachOffer: true } });
  await left.share([1, 2, 3].map((seed) => ({ seed, size: 10 * MB })));
  await right.until((party) => party.bytes.receive > 0);
  const told = await right.page.evaluate((name) => {
    const party = globalThis.parties.get(name);
    party.session.close();
    const { ends, closed, isConnected, stats } = party.report();
    return { ends, closed, isConnected, stats, state: party.session.state };
  }, right.name);
  assert.deepEqual(told, {
    ends: [['closed'], ['closed'], ['closed']],
    closed: true,
    isConnected: false,
    stats: undefined,
    state: 'closed',
  });
  await left.untilClosed();
  assert.equal(
    countOf(assertExactlyOnce(await left.report(), 'left') && (await left.report()).sent.flat()),
    '3 closed',
  );
});

test('what is said as the session closes still arrives', limit, async (t) => {
  const { left, right } = await joinTwo(t);
  await left.page.evaluate((name) => {
    const { session } = globalThis.parties.get(name);
    for (let offer = 0; offer < 50; offer += 1) {
      const id = session.sendImage(new Blob(['x']), String(offer).padStart(64, '0'), false, `${offer}-1-offered.png`);
      globalThis.parties.get(name).sent.set(id, []);
    }
    session.close();
  }, left.name);
  await right.untilClosed();
  assert.equal(await right.page.evaluate((name) => globalThis.parties.get(name).offers.size, right.name), 50);
  assert.deepEqual((await right.report()).states, ['open', 'closed'], 'the end is known to be meant');
});

test('a peer that began anew ends the session within the call, and says so', limit, async (t) => {
  const { left } = await joinTwo(t);
  const told = await left.page.evaluate(async (name) => {
    const party = globalThis.parties.get(name);
    party.pull('x');
    const connection = new RTCPeerConnection();
    connection.createDataChannel('another');
    const sdp = await connection.createOffer();
    void party.session.handleSignal({ type: 'offer', senderId: 'b-right', targetId: 'a-left', sdp });
    const { ends, errors, closed } = party.report();
    return { ends, errors, closed };
  }, left.name);
  assert.deepEqual(told, { ends: [['peer-replaced']], errors: ['peer-replaced: '], closed: true });
});

test('a Worker that fails ends its sessions, with engine-failed; the next one gets another', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, { right: { pullsEachOffer: true } });
  await pair.connect();
  await pair.left.share([{ seed: 1, size: 10 * MB }]);
  await pair.right.until((party) => party.bytes.receive > 0);
  const [worker] = pages[1].workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('on purpose');
    });
  });
  await pair.right.untilClosed();
  const report = await pair.right.report();
  assert.deepEqual(report.ends, [['engine-failed']]);
  assert.match(report.errors.join(), /^engine-failed: .*on purpose/);
  const next = await joinPages(pages, { name: 'next' });
  await next.connect();
  await exchange(next);
});

test(
  'a connection that is lost in the middle of files, and the next one: all arrive',
  { timeout: 2 * limit.timeout },
  async (t) => {
    const relays = new Relays();
    t.after(() => relays.close());
    const pair = await joinTwo(t, { right: { pullsEachOffer: true, countsWire: true }, carry: relays.carry });
    const sent = [1, 2, 3].map((seed) => ({ seed, size: 10 * MB }));
    await pair.left.share(sent);
    await pair.right.until((party) => party.bytes.receive > 12_000_000);
    relays.cut();
    await pair.right.until((party) => party.states.includes('interrupted'));
    relays.restore();
    await pair.right.untilSettled();
    const report = await pair.right.report();
    assert.equal(countOf(assertExactlyOnce(report, 'right')), '3 image');
    assert.deepEqual(report.states, ['open', 'interrupted', 'open']);
    const more = report.wireBytes - 30 * MB;
    t.diagnostic(`${more} bytes twice, over ${relays.count} connections`);
    assert.ok(more < 3 * 1024 * 1024);
  },
);

/** In the page: the first offer goes into that kind of sink; resolves with what came of it. */
async function pullInto([name, kind]) {
  const party = globalThis.parties.get(name);
  const [transferId, fileName] = [...party.offers][0];
  const folder = await navigator.storage.getDirectory();
  const chunks = [];
  const said = [];
  const sinks = {
    object: () => ({
      write: (chunk, at) => {
        said.push(at);
        chunks.push(chunk);
      },
      finish: () => new Blob(chunks),
      abort: (reason) => said.push(reason.code),
    }),
    stream: () =>
      new WritableStream({ write: (chunk) => void chunks.push(chunk), close: () => void said.push('closed') }),
    file: () => folder.getFileHandle('arrives', { create: true }),
    failing: () => ({
      write: () => {
        throw new RangeError('no room');
      },
      finish() {},
      abort: (reason) => said.push(reason.code, reason.cause.constructor.name),
    }),
    used: () => {
      const stream = new WritableStream();
      stream.getWriter();
      return stream;
    },
  };
  const to = await sinks[kind]();
  const ended = new Promise((resolve) => {
    party.session.addEventListener('received', ({ file, result }) => resolve({ size: file.size, result }));
    party.session.addEventListener(
      'transferend',
      ({ error }) => error && resolve({ code: error.code, cause: error.cause?.constructor.name }),
    );
  });
  party.session.pullFile(transferId, { to });
  const { result, ...end } = await ended;
  const { bytesOf, isSame } = await import('./content.mjs');
  const blob = result ?? new Blob(chunks);
  const isRight = isSame(new Uint8Array(await blob.arrayBuffer()), bytesOf(fileName));
  // A sink hears of its end in a turn of its own.
  if (end.code && kind === 'failing') while (said.length === 0) await new Promise((resolve) => setTimeout(resolve));
  return { end, isRight, said: said.filter((each) => typeof each === 'string') };
}

for (const [kind, expected] of [
  ['object', { end: { size: 5 * MB }, isRight: true, said: [] }],
  ['stream', { end: { size: 5 * MB }, isRight: true, said: ['closed'] }],
  ['file', { end: { size: 5 * MB }, isRight: true, said: [] }],
  [
    'failing',
    { end: { code: 'store-failed', cause: 'RangeError' }, isRight: false, said: ['store-failed', 'RangeError'] },
  ],
  ['used', { end: { code: 'store-failed', cause: 'TypeError' }, isRight: false, said: [] }],
]) {
  test(`a file into a sink of the page: ${kind}`, limit, async (t) => {
    const { left, right } = await joinTwo(t);
    await left.share([{ seed: 1, size: 5 * MB }]);
    await right.untilOffered(1);
    assert.deepEqual(await right.page.evaluate(pullInto, [right.name, kind]), expected);
  });
}

/** In the page: two sessions here, of which one sends and the other pulls; resolves with what was asked of it. */
async function exchangeHere({ refuses = false, attaches = undefined, wraps = false }) {
  const { PeerSession } = await import('peer-session');
  const { bytesOf, hashOf, isSame } = await import('./content.mjs');
  const asked = { mayReceive: 0, digest: 0, wire: 0, take: 0, keep: 0 };
  const content = bytesOf('7-2000000-here');
  const sessions = {};
  let end = () => {};
  const ended = new Promise((resolve) => (end = resolve));
  const make = (myId, peerId, options) =>
    new PeerSession(
      myId,
      peerId,
      { createdAt: 1 },
      (signal) => void sessions[peerId].handleSignal(signal),
      async (blob) => end(isSame(new Uint8Array(await blob.arrayBuffer()), content) ? 'right' : 'wrong'),
      () => {},
      {
        canReceiveFrom: () => {
          asked.mayReceive += 1;
          return !refuses;
        },
      },
      async (type, session, data) => {
        if (type === 'connected' && myId === 'a') {
          const blob = new Blob([content]);
          const { size, type } = blob;
          const wrapped = { size, type, stream: () => blob.stream(), slice: (start) => blob.slice(start) };
          session.sendImage(wraps ? wrapped : blob, await hashOf(content));
        }
        if (type === 'offer-file') session.pullFile(data.transferId);
      },
      undefined,
      undefined,
      [],
      { ...options, ...(attaches ? { RTCPeerConnection: false } : {}) },
    );
  sessions.a = make('a', 'b', {});
  sessions.b = make('b', 'a', {
    onWireMessage: () => void (asked.wire += 1),
    digest: (bytes) => {
      asked.digest += 1;
      return crypto.subtle.digest('SHA-256', bytes);
    },
    partialStore: {
      take: async () => void (asked.take += 1),
      keep: () => void (asked.keep += 1),
    },
  });
  sessions.b.addEventListener('transferend', ({ error }) => error && end(error.code));
  for (const session of Object.values(sessions)) session.addEventListener('error', ({ error }) => end(String(error)));
  if (attaches) {
    const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
    one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
    other.onicecandidate = ({ candidate }) => candidate && one.addIceCandidate(candidate);
    const bring = async (session, channel) => {
      // A channel can be transferred in the task in which it was made, or announced.
      if (attaches === 'late') await new Promise((resolve) => setTimeout(resolve));
      session.attach(channel, { maxMessageSize: 256 * 1024 });
    };
    void bring(sessions.a, one.createDataChannel('mine'));
    other.ondatachannel = ({ channel }) => void bring(sessions.b, channel);
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription);
    globalThis.kept = [one, other];
  } else {
    await Promise.all(Object.values(sessions).map((session) => session.start()));
  }
  const result = await ended;
  for (const session of Object.values(sessions)) session.close();
  return { result, ...asked, wire: asked.wire > 2_000_000 / (256 * 1024) };
}

test('functions of the application are asked in the page', limit, async (t) => {
  const page = await openTestPage(t, context);
  const asked = { mayReceive: 1, digest: 1, wire: true, take: 1, keep: 0 };
  assert.deepEqual(await page.evaluate(exchangeHere, {}), { result: 'right', ...asked });
  assert.equal(page.workers().length, 1);
});

test('a Blob of another making, which no Worker can have, is read in the page', limit, async (t) => {
  const page = await openTestPage(t, context);
  const { result } = await page.evaluate(exchangeHere, { wraps: true });
  assert.deepEqual([result, page.workers().length], ['right', 1]);
});

test('a no of canReceiveFrom is one', limit, async (t) => {
  const page = await openTestPage(t, context);
  const { result, digest } = await page.evaluate(exchangeHere, { refuses: true });
  assert.deepEqual([result, digest], ['refused', 0]);
});

for (const [attaches, what] of [
  ['at once', 'goes to the Worker'],
  ['late', 'stays in the page, as the session then does'],
]) {
  test(`a channel that the application brings ${attaches} ${what}`, limit, async (t) => {
    const page = await openTestPage(t, context);
    // Which thread has it, only the code that was loaded tells.
    const loaded = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const { result } = await page.evaluate(exchangeHere, { attaches });
    assert.deepEqual([result, loaded.includes('/dist/in-page.js')], ['right', attaches === 'late']);
  });
}

test(
  'what was said before a channel that cannot be handed over holds for the session in the page, too',
  limit,
  async (t) => {
    const page = await openTestPage(t, context);
    const code = await page.evaluate(async () => {
      const { PeerSession } = await import('peer-session');
      const nothing = () => {};
      const options = { RTCPeerConnection: false, connectTimeout: 300 };
      const policy = { canReceiveFrom: () => true };
      const session = new PeerSession(
        'a',
        'b',
        { createdAt: 1 },
        nothing,
        nothing,
        nothing,
        policy,
        nothing,
        nothing,
        'b',
        [],
        options,
      );
      const ended = new Promise((resolve) => session.addEventListener('error', ({ error }) => resolve(error.code)));
      const channel = new RTCPeerConnection().createDataChannel('opens never');
      await new Promise((resolve) => setTimeout(resolve));
      session.attach(channel);
      return ended;
    });
    assert.equal(code, 'connect-timeout');
  },
);

test(
  'a channel that is taken and does not arrive ends its session; the next ones work in the page',
  limit,
  async (t) => {
    const page = await openTestPage(t, context);
    // A platform that promises more than it does.
    await page.evaluate(() => {
      const { postMessage } = MessagePort.prototype;
      MessagePort.prototype.postMessage = function (message, transfer) {
        const isChannel = message?.[0] === 'attach';
        return postMessage.call(this, isChannel ? message.with(3, null) : message, isChannel ? [] : transfer);
      };
    });
    const first = await page.evaluate(exchangeHere, {});
    assert.match(first.result, /^PeerSessionError: The connection failed/);
    const loaded = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const next = await page.evaluate(exchangeHere, {});
    assert.deepEqual([next.result, loaded.includes('/dist/in-page.js')], ['right', true]);
  },
);

test('sixty small files at once: each is asked for, and each arrives', limit, async (t) => {
  const { left, right } = await joinTwo(t, { right: { pullsEachOffer: true } });
  await left.share(Array.from({ length: 60 }, (_, seed) => ({ seed: seed + 1, size: seed * 100 })));
  await right.untilOffered(60);
  await right.untilSettled();
  assert.equal(countOf(assertExactlyOnce(await right.report(), 'right')), '60 image');
});
