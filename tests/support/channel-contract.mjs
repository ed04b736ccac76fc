// What a data channel and its connection do that sessions rely on, once: asked of the mock in Node and of Chromium's own in a page.
// It imports nothing, and each case returns what it saw as plain data.

/** Two connections of that class in one place, joined; `a` is the channel of the one that offered, both are open. */
async function openPair(Connection, init = undefined) {
  const offerer = new Connection();
  const answerer = new Connection();
  const candidates = new Map([
    [offerer, answerer],
    [answerer, offerer],
  ]);
  const waiting = [];
  for (const [from, to] of candidates) {
    from.addEventListener('icecandidate', ({ candidate }) => {
      if (!candidate) return;
      if (to.remoteDescription) void to.addIceCandidate(candidate);
      else waiting.push([to, candidate]);
    });
  }
  const a = offerer.createDataChannel('files', init);
  const atFirst = a.readyState;
  const brought = new Promise((resolve) => answerer.addEventListener('datachannel', ({ channel }) => resolve(channel)));
  const opened = eventOf(a, 'open');
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  const answer = await answerer.createAnswer();
  await answerer.setLocalDescription(answer);
  await offerer.setRemoteDescription(answer);
  for (const [to, candidate] of waiting) await to.addIceCandidate(candidate);
  const b = await brought;
  if (b.readyState !== 'open') await eventOf(b, 'open');
  await opened;
  for (const channel of [a, b]) channel.binaryType = 'arraybuffer';
  // What is said at once may be lost in Chromium, where the other end is open before it listens.
  await roundTrip({ a, b });
  const close = () => [offerer, answerer].forEach((connection) => connection.close());
  return { offerer, answerer, a, b, atFirst, close };
}

function eventOf(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

/** What the channel brings, as data, from here on; `until` waits for so many. */
function listen(channel) {
  const heard = [];
  let look = () => {};
  channel.addEventListener('message', ({ data }) => {
    heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)]);
    look();
  });
  const until = (count) =>
    new Promise((resolve) => {
      look = () => heard.length >= count && resolve(undefined);
      look();
    });
  return { heard, until };
}

function eventsOf(channel, types) {
  const seen = [];
  for (const type of types) channel.addEventListener(type, () => seen.push(`${type} ${channel.readyState}`));
  return seen;
}

/** The other side has taken all that was sent so far, and it is known here. */
async function roundTrip({ a, b }) {
  const answer = ({ data }) => data === 'are you there' && b.send('here');
  b.addEventListener('message', answer);
  const answered = new Promise((resolve) =>
    a.addEventListener('message', ({ data }) => data === 'here' && resolve(undefined)),
  );
  a.send('are you there');
  await answered;
  b.removeEventListener('message', answer);
}

/** The name of what it throws or rejects with. */
async function nameOf(call) {
  try {
    await call();
    return 'nothing';
  } catch (error) {
    return error.name;
  }
}

const KiB = 1024;

/**
 * @type {{name: string, expected: unknown, observe: (Connection: any) => Promise<unknown>}[]}
 */
export const contract = [
  {
    name: 'messages arrive whole and in order, text as text and bytes as bytes',
    expected: ['one', [1, 2, 3], [2, 3], 'zwölf €', ''],
    async observe(Connection) {
      const { a, b, close } = await openPair(Connection);
      const { heard, until } = listen(b);
      const bytes = new Uint8Array([1, 2, 3]);
      for (const message of ['one', bytes.buffer, bytes.subarray(1), 'zwölf €', '']) a.send(message);
      await until(5);
      close();
      return heard;
    },
  },
  {
    name: 'what the sender does with its memory afterwards changes nothing',
    expected: [[1, 2, 3]],
    async observe(Connection) {
      const { a, b, close } = await openPair(Connection);
      const { heard, until } = listen(b);
      const bytes = new Uint8Array([1, 2, 3]);
      a.send(bytes);
      bytes.fill(9);
      await until(1);
      close();
      return heard;
    },
  },
  {
    name: 'bufferedAmount grows with each send, by the bytes of UTF-8, within the call, and is 0 when all has gone',
    expected: [0, 6, 106, 0],
    async observe(Connection) {
      const pair = await openPair(Connection);
      const { a, close } = pair;
      const amounts = [a.bufferedAmount];
      a.send('äb€');
      amounts.push(a.bufferedAmount);
      a.send(new Uint8Array(100));
      amounts.push(a.bufferedAmount);
      await roundTrip(pair);
      amounts.push(a.bufferedAmount);
      close();
      return amounts;
    },
  },
  {
    name: 'bufferedamountlow comes once, when the amount falls from above the threshold to it or below',
    expected: [['low'], []],
    async observe(Connection) {
      const lows = [];
      for (const messages of [20, 1]) {
        const pair = await openPair(Connection);
        const seen = [];
        pair.a.bufferedAmountLowThreshold = 10_000;
        pair.a.addEventListener('bufferedamountlow', () => {
          seen.push(pair.a.bufferedAmount <= 10_000 ? 'low' : `at ${pair.a.bufferedAmount}`);
        });
        for (let sent = 0; sent < messages; sent += 1) pair.a.send(new Uint8Array(1_000));
        await roundTrip(pair);
        pair.close();
        lows.push(seen);
      }
      return lows;
    },
  },
  {
    name: 'each rise above the threshold has its own bufferedamountlow',
    expected: ['low', 'low'],
    async observe(Connection) {
      const pair = await openPair(Connection);
      const seen = [];
      pair.a.addEventListener('bufferedamountlow', () => seen.push('low'));
      for (let rises = 0; rises < 2; rises += 1) {
        const low = eventOf(pair.a, 'bufferedamountlow');
        pair.a.send(new Uint8Array(1_000));
        await low;
      }
      pair.close();
      return seen;
    },
  },
  {
    name: 'send throws before the channel is open and after its end, and for what is too large or too much, and then takes nothing',
    expected: ['connecting', 'InvalidStateError', 'TypeError', 0, 'OperationError', true, 'InvalidStateError'],
    async observe(Connection) {
      const { offerer, a, atFirst, close } = await openPair(Connection);
      const early = new Connection().createDataChannel('early');
      const seen = [atFirst, await nameOf(() => early.send('x'))];
      const { maxMessageSize } = offerer.sctp;
      seen.push(await nameOf(() => a.send(new Uint8Array(maxMessageSize + 1))), a.bufferedAmount);
      let before = 0;
      // Within one task nothing drains.
      try {
        for (;;) {
          before = a.bufferedAmount;
          a.send(new Uint8Array(256 * KiB));
        }
      } catch (error) {
        seen.push(error.name, before === a.bufferedAmount && before === 16 * KiB * KiB);
      }
      a.close();
      seen.push(await nameOf(() => a.send('x')));
      close();
      return seen;
    },
  },
  {
    name: 'close() takes nothing more at once; what was sent before arrives, and then both sides are told, each once',
    expected: {
      atOnce: 'closing',
      near: ['close closed'],
      far: [...Array.from({ length: 8 }, () => 'message open'), 'closing closing', 'close closed'],
    },
    async observe(Connection) {
      const { a, b, close } = await openPair(Connection);
      const near = eventsOf(a, ['error', 'closing', 'close']);
      const far = eventsOf(b, ['message', 'error', 'closing', 'close']);
      const ends = [eventOf(a, 'close'), eventOf(b, 'close')];
      for (let sent = 0; sent < 8; sent += 1) a.send(new Uint8Array(256 * KiB));
      a.close();
      const atOnce = a.readyState;
      a.close();
      await Promise.all(ends);
      a.close();
      close();
      return { atOnce, near, far };
    },
  },
  {
    // On its own side browsers differ: by the standard its channel says nothing, Chromium's tells of the end in a later task.
    name: 'a connection that closes keeps what its channel held in bufferedAmount, and the other side hears the end',
    expected: { held: true, far: ['closing closing', 'error closed', 'close closed'] },
    async observe(Connection) {
      const { offerer, a, b, close } = await openPair(Connection);
      const far = eventsOf(b, ['error', 'closing', 'close']);
      const ended = eventOf(b, 'close');
      for (let sent = 0; sent < 32; sent += 1) a.send(new Uint8Array(256 * KiB));
      offerer.close();
      await ended;
      const held = a.bufferedAmount > 0;
      close();
      return { held, far };
    },
  },
  {
    name: 'a channel says what it was made with, and the other end the same',
    expected: [
      ['files', true, null, null, '', false, 'number', 0],
      ['files', false, 3, null, 'own', false, 'number', 0],
    ],
    async observe(Connection) {
      const told = [];
      for (const init of [undefined, { ordered: false, maxRetransmits: 3, protocol: 'own' }]) {
        const { a, b, close } = await openPair(Connection, init);
        const [ofA, ofB] = [a, b].map((channel) => [
          channel.label,
          channel.ordered,
          channel.maxRetransmits,
          channel.maxPacketLifeTime,
          channel.protocol,
          channel.negotiated,
          typeof channel.id,
          channel.bufferedAmountLowThreshold,
        ]);
        told.push(String(ofA) === String(ofB) && a.id === b.id ? ofA : [ofA, ofB]);
        close();
      }
      return told;
    },
  },
  {
    name: "handlers are called with the channel's events, which are of this realm",
    expected: ['message', true, true, true],
    async observe(Connection) {
      const { a, b, close } = await openPair(Connection);
      const event = await new Promise((resolve) => {
        b.onmessage = resolve;
        a.send('x');
      });
      close();
      return [event.type, event.target === b, event instanceof MessageEvent, b instanceof EventTarget];
    },
  },
  {
    name: 'a connection goes through the states of signalling, and ends its candidates with null',
    expected: [
      ['stable', 'have-local-offer', 'stable', 'closed'],
      ['stable', 'have-remote-offer', 'stable'],
      [true, true],
    ],
    async observe(Connection) {
      const [one, other] = [new Connection(), new Connection()];
      const ends = [one, other].map(
        (connection) =>
          new Promise((resolve) =>
            connection.addEventListener('icecandidate', ({ candidate }) => candidate === null && resolve(true)),
          ),
      );
      const near = [one.signalingState];
      const far = [other.signalingState];
      one.createDataChannel('files');
      await one.setLocalDescription();
      near.push(one.signalingState);
      await other.setRemoteDescription(one.localDescription);
      far.push(other.signalingState);
      await other.setLocalDescription();
      far.push(other.signalingState);
      await one.setRemoteDescription(other.localDescription);
      near.push(one.signalingState);
      const gathered = await Promise.all(ends);
      one.close();
      near.push(one.signalingState);
      other.close();
      return [near, far, gathered];
    },
  },
  {
    name: 'a connection refuses what does not fit its state',
    expected: Array.from({ length: 5 }, () => 'InvalidStateError'),
    async observe(Connection) {
      const [one, other] = [new Connection(), new Connection()];
      const candidate = {
        candidate: 'candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host generation 0 ufrag mock',
        sdpMid: '0',
        sdpMLineIndex: 0,
      };
      other.createDataChannel('files');
      const offer = await other.createOffer();
      const seen = [await nameOf(() => one.createAnswer()), await nameOf(() => one.addIceCandidate(candidate))];
      seen.push(await nameOf(() => one.setRemoteDescription({ type: 'answer', sdp: offer.sdp })));
      one.close();
      seen.push(await nameOf(() => one.createOffer()), await nameOf(() => one.createDataChannel('late')));
      other.close();
      return seen;
    },
  },
];
