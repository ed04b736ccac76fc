// @ts-check
// One contract for all places where a pulled file may go: in order, one write at a time, one end, and never more in memory than said.
import assert from 'node:assert/strict';
import test from 'node:test';
import { KiB, makeFile, MiB, sha256 } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const file = makeFile(200 * KiB);
const chunk = 16 * KiB;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const untilTrue = async (condition) => {
  while (!condition()) await turn();
};

/** What a sink was told, whatever kind it is; `on` comes before each step, and may throw, reject or wait. */
class Notes {
  writes = /** @type {Uint8Array[]} */ ([]);
  steps = /** @type {string[]} */ ([]);
  isBusy = false;
  #on;

  /** @param {(step: string, count: number) => unknown} [on] */
  constructor(on = () => undefined) {
    this.#on = on;
  }

  async write(bytes) {
    assert.ok(!this.isBusy, 'one write at a time');
    this.isBusy = true;
    await this.#on('write', this.writes.length);
    this.writes.push(bytes);
    this.isBusy = false;
  }

  async finish() {
    this.steps.push('finish');
    await this.#on('finish', 0);
  }

  abort() {
    this.steps.push('abort');
  }

  get content() {
    return new Uint8Array(Buffer.concat(this.writes));
  }
}

const objectSink = (notes) => ({
  write: async (bytes, at) => {
    assert.equal(at, notes.content.length, 'told where it belongs');
    await notes.write(bytes);
  },
  finish: async () => {
    await notes.finish();
    return 'done';
  },
  abort: () => notes.abort(),
});
const streamOf = (notes) =>
  new WritableStream({
    write: (bytes) => notes.write(bytes),
    close: () => notes.finish(),
    abort: () => notes.abort(),
  });

/** Each kind with what the `received` event is to have as its result. */
const kinds = /** @type {[string, (notes: Notes) => any, (result: any, notes: Notes) => unknown][]} */ ([
  ['an object', objectSink, (result) => assert.equal(result, 'done')],
  [
    'an object that answers at once',
    (notes) => {
      const asynchronous = objectSink(notes);
      return {
        write: (bytes) => void notes.writes.push(bytes),
        finish: () => void notes.steps.push('finish'),
        abort: asynchronous.abort,
      };
    },
    (result) => assert.equal(result, undefined),
  ],
  ['a WritableStream', streamOf, (result) => assert.equal(result, undefined)],
  [
    'a FileSystemFileHandle',
    (notes) => ({
      createWritable: async () => streamOf(notes),
      getFile: async () => new Blob(/** @type {any} */ (notes.writes)),
    }),
    async (result) => assert.deepEqual(new Uint8Array(await result.arrayBuffer()), file.bytes),
  ],
]);

/** Its request has gone out: the sink is open. */
const asked = (peer) => untilTrue(() => peer.heard('pull-request').length > 0);

/** A pull of the file into such a sink, of a peer that keeps to credit; it has begun. */
async function pullInto(to, given = {}, { room = undefined, content = file } = /** @type {any} */ ({})) {
  const party = await connectRaw(given);
  const { session, peer } = party;
  const received = /** @type {any[]} */ ([]);
  session.addEventListener('received', (event) => received.push(event));
  peer.greet();
  peer.offer(content, 'x');
  session.pullFile('x', { to, ...(room ? { room } : {}) });
  await asked(peer);
  peer.meta(content, 'x');
  return Object.assign(party, { received });
}

const sendAll = (peer, { bytes } = /** @type {{bytes: Uint8Array}} */ (file)) => {
  for (let at = 0; at < bytes.length; at += chunk) peer.say(bytes.subarray(at, at + chunk));
};

for (const [kind, make, checkResult] of kinds) {
  test(`${kind} gets all of a file, in order, and its result is told`, async () => {
    const notes = new Notes();
    const party = await pullInto(make(notes));
    sendAll(party.peer);
    await untilTrue(() => party.received.length > 0);
    assert.deepEqual(notes.content, file.bytes);
    assert.deepEqual(notes.steps, ['finish']);
    const [{ file: told, result }] = party.received;
    const { transferId, name, size, mime, hash } = told;
    assert.deepEqual([transferId, name, size, mime, hash], ['x', file.name, 200 * KiB, 'image/png', file.hash]);
    await checkResult(result, notes);
    assert.deepEqual(party.ends(), [['x', 'image']]);
    assert.equal(party.settled(), 0, 'and not to onImage');
    assert.deepEqual(
      party.peer.heard('transfer-done').map(({ transferId: id }) => id),
      ['x'],
    );
    party.session.close();
    await turn();
    assert.deepEqual(notes.steps, ['finish'], 'nothing after it');
    assert.equal(party.clock.pendingTimers, 0);
  });

  test(`${kind} is aborted, once, when the content is not what its hash says`, async () => {
    const notes = new Notes();
    const party = await pullInto(make(notes));
    sendAll(party.peer, { bytes: file.bytes.toReversed() });
    await party.untilSettled(1);
    assert.deepEqual(party.ends(), [['x', 'hash-mismatch']]);
    await untilTrue(() => notes.steps.length > 0);
    assert.deepEqual(notes.steps, ['abort']);
    party.session.close();
  });

  for (const [how, end, code] of /** @type {[string, (party: any) => void, string][]} */ ([
    ['the pull is cancelled', ({ session }) => session.cancelPull('x'), 'cancelled'],
    ['the session is closed', ({ session }) => session.close(), 'closed'],
    [
      'the sender gives up',
      ({ peer }) => peer.say({ type: 'transfer-abort', transferId: 'x', reason: 'unreadable' }),
      'aborted-by-peer',
    ],
    ['nothing comes', ({ clock }) => clock.advance(30_000), 'stalled'],
  ])) {
    test(`${kind} is aborted, once, when ${how}`, async () => {
      const notes = new Notes();
      const party = await pullInto(make(notes));
      party.peer.say(file.bytes.subarray(0, chunk));
      await untilTrue(() => notes.writes.length > 0);
      await turn();
      end(party);
      await party.untilSettled(1);
      assert.deepEqual(party.ends(), [['x', code]]);
      await untilTrue(() => notes.steps.length > 0);
      party.session.close();
      await turn();
      assert.deepEqual(notes.steps, ['abort']);
    });
  }
}

const fail = (name) => {
  throw new DOMException('as the test wants it', name);
};
for (const [kind, make] of kinds.filter(([, make]) => make !== kinds[1]?.[1])) {
  const last = 3;
  for (const [when, isIt] of /** @type {[string, (step: string, count: number) => boolean][]} */ ([
    ['the first write', (step) => step === 'write'],
    ['a later write', (step, count) => step === 'write' && count === 2],
    ['the last write', (step, count) => step === 'write' && count === last],
    ['finish', (step) => step === 'finish'],
  ])) {
    for (const name of ['QuotaExceededError', 'NotAllowedError']) {
      test(`${kind} that throws ${name} at ${when} ends that transfer alone, with the cause`, async () => {
        const notes = new Notes((step, count) => (isIt(step, count) ? fail(name) : undefined));
        const small = makeFile(4 * chunk);
        const party = await pullInto(make(notes), {}, { content: small });
        const { session, peer } = party;
        for (let at = 0; at < small.bytes.length; at += chunk) {
          peer.say(small.bytes.subarray(at, at + chunk));
          const before = notes.writes.length;
          // Each piece is a write of its own.
          await untilTrue(() => notes.writes.length > before || party.settled() > 0);
          await turn();
          if (party.settled() > 0) break;
        }
        await party.untilSettled(1);
        const { error } = await party.untilEnd('x');
        assert.equal(error.code, 'store-failed');
        assert.equal(error.cause.name, name);
        await turn();
        assert.ok(notes.steps.filter((step) => step === 'abort').length <= 1);
        assert.deepEqual(peer.heard('transfer-cancel'), [
          { type: 'transfer-cancel', transferId: 'x', reason: 'store-failed' },
        ]);
        assert.deepEqual(peer.heard('transfer-done'), []);
        peer.offer(file, 'next');
        session.pullFile('next');
        await untilTrue(() => peer.heard('pull-request').length === 2);
        peer.transfer(file, 'next');
        await untilTrue(() => party.of('image').length === 1);
        session.close();
      });
    }
  }
}

test('an object that failed is aborted once, and not written to again', async () => {
  for (const step of ['write', 'finish']) {
    const notes = new Notes((at) => (at === step ? fail('NotAllowedError') : undefined));
    const party = await pullInto(objectSink(notes));
    sendAll(party.peer);
    await party.untilSettled(1);
    await turn();
    assert.deepEqual(
      notes.steps.filter((one) => one === 'abort'),
      ['abort'],
    );
    assert.equal(party.of('error').length, 0);
    party.session.close();
  }
});

test('a write that never settles ends the transfer in time, and the sink is aborted', async () => {
  const notes = new Notes(() => new Promise(() => {}));
  const party = await pullInto(objectSink(notes));
  party.peer.say(file.bytes.subarray(0, chunk));
  await turn();
  party.clock.advance(19_999);
  assert.deepEqual(party.ends(), []);
  party.clock.advance(1);
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'store-failed']]);
  await turn();
  assert.deepEqual(notes.steps, ['abort']);
  party.session.close();
});

test('a finish that never settles ends the transfer in time', async () => {
  const notes = new Notes((at) => (at === 'finish' ? new Promise(() => {}) : undefined));
  const party = await pullInto(objectSink(notes));
  sendAll(party.peer);
  await untilTrue(() => notes.steps.length > 0);
  party.clock.advance(30_000);
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'store-failed']]);
  await turn();
  assert.deepEqual(notes.steps, ['finish', 'abort']);
  party.session.close();
});

test('of a slow sink no more is in memory than there is room for, and all of it arrives', async () => {
  const room = 256 * KiB;
  const content = makeFile(3 * MiB);
  let most = 0;
  let arrived = 0;
  let taken = 0;
  const parts = /** @type {Uint8Array[]} */ ([]);
  const to = {
    write: async (bytes, at) => {
      most = Math.max(most, arrived - at);
      await turn();
      await turn();
      parts.push(bytes);
      taken = at + bytes.length;
    },
    finish: () => taken,
    abort: () => {},
  };
  const results = /** @type {any[]} */ ([]);
  const pair = await connectPair({
    b: { on: { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId, { to, room }) } },
  });
  pair.b.session.addEventListener('progress', ({ bytes }) => {
    arrived = bytes;
    most = Math.max(most, arrived - taken);
  });
  pair.b.session.addEventListener('received', (event) => results.push(event.result));
  pair.a.session.sendImage(content.blob, content.hash, false, 'large');
  await untilTrue(() => results.length > 0);
  assert.deepEqual(results, [content.bytes.length]);
  assert.equal(sha256(Buffer.concat(parts)), content.hash);
  assert.ok(most <= room, `${most} bytes in memory`);
  assert.ok(most > room / 2, `${most} bytes in memory: the room is used`);
  const said = pair.link.log.entries.filter(({ message }) => message?.type === 'credit');
  assert.ok(said.length > 4 && said.length <= (4 * content.bytes.length) / room, `${said.length} words of credit`);
  pair.a.session.close();
  pair.b.session.close();
});

test('a file pulled into a sink goes on over another channel, with what waits for it', async () => {
  let goOn = () => {};
  const gate = new Promise((resolve) => (goOn = () => resolve(undefined)));
  const notes = new Notes((_, count) => (count === 1 ? gate : undefined));
  const pair = await connectPair({ link: { bytesPerTurn: 20 * KiB, maxMessageSize: 16 * KiB } });
  const { a, b, link, clock } = pair;
  while (link.a.hasQueued || link.b.hasQueued) await turn();
  b.session.addEventListener('received', (event) => b.log.add({ kind: 'received', event }));
  a.session.sendImage(file.blob, file.hash, false, 'x');
  await untilTrue(() => b.offers().length > 0);
  b.session.pullFile(b.offers()[0].transferId, { to: objectSink(notes) });
  await untilTrue(() => notes.isBusy && (b.of('progress').at(-1)?.event.bytes ?? 0) > 60 * KiB);
  link.fail();
  goOn();
  for (let turns = 0; b.of('received').length === 0; turns++) {
    assert.ok(turns < 1000, 'it goes on');
    clock.advance(100);
    await turn();
    await turn();
  }
  assert.deepEqual(notes.content, file.bytes);
  assert.deepEqual(notes.steps, ['finish']);
  a.session.close();
  b.session.close();
});

test('an empty file is finished, too', async () => {
  const notes = new Notes();
  const party = await pullInto(objectSink(notes), {}, { content: makeFile(0) });
  await untilTrue(() => party.received.length > 0);
  assert.deepEqual([notes.writes.length, notes.steps], [0, ['finish']]);
  party.session.close();
});

test('a sink is bound to what the peer was told; who sends more is cut', async () => {
  const notes = new Notes(() => new Promise(() => {}));
  const party = await pullInto(objectSink(notes), {}, { room: 64 * KiB });
  assert.deepEqual(party.peer.heard('pull-request'), [{ type: 'pull-request', transferId: 'x', credit: 64 * KiB }]);
  sendAll(party.peer);
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'too-many-bytes']]);
  party.session.close();
});

test('a classic peer is told nothing of room', async () => {
  const notes = new Notes();
  const party = await connectRaw();
  party.session.addEventListener('received', (event) => party.log.add({ kind: 'received', event }));
  party.peer.offer(file, 'x');
  party.session.pullFile('x', { to: objectSink(notes) });
  await asked(party.peer);
  party.peer.transfer(file, 'x');
  await untilTrue(() => party.of('received').length > 0);
  assert.deepEqual(party.peer.heard('pull-request'), [{ type: 'pull-request', transferId: 'x' }]);
  assert.deepEqual(notes.content, file.bytes);
  party.session.close();
});

test('a stream that is in use already fails the pull, with the cause', async () => {
  const stream = new WritableStream();
  stream.getWriter();
  const party = await connectRaw();
  party.peer.offer(file, 'x');
  party.session.pullFile('x', { to: stream });
  await party.untilSettled(1);
  const { error } = await party.untilEnd('x');
  assert.equal(error.code, 'store-failed');
  assert.ok(error.cause instanceof TypeError);
  assert.deepEqual(party.peer.heard('pull-request'), []);
  party.session.close();
});

// --- Sinks that have some of a file from before ---------------------------------------------------------------------------

/** A place for one content that outlives sessions, in the hands of one sink after the other. */
class Place {
  content = new Uint8Array();
  hashState = /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array());
  steps = /** @type {string[]} */ ([]);
  opened = /** @type {any[]} */ ([]);

  sink() {
    return {
      open: (of) => {
        this.steps.push('open');
        this.opened.push(of);
        return this.content.length > 0 ? { at: this.content.length, hashState: this.hashState } : undefined;
      },
      write: async (bytes, at, hashState) => {
        assert.equal(at, this.content.length);
        await turn();
        this.content = new Uint8Array(Buffer.concat([this.content, bytes]));
        this.hashState = hashState();
      },
      restart: () => {
        this.steps.push('restart');
        this.content = new Uint8Array();
      },
      finish: (hash) => {
        this.steps.push('finish');
        return hash;
      },
      abort: () => void this.steps.push('abort'),
      keep: () => void this.steps.push('keep'),
    };
  }
}

/** Of a peer that goes on where it is asked to. */
async function pullIntoPlace(place, { greets = true } = {}) {
  const party = await connectRaw();
  const { session, peer } = party;
  session.addEventListener('received', (event) => party.log.add({ kind: 'received', event }));
  if (greets) peer.greet();
  peer.offer(file, 'x');
  session.pullFile('x', { to: place });
  await asked(peer);
  const { offset = 0 } = peer.heard('pull-request')[0];
  const sendFrom = (from, to = file.bytes.length) => {
    peer.meta(file, 'x', greets ? { offset: from } : {});
    for (let at = from; at < to; at += chunk) peer.say(file.bytes.subarray(at, Math.min(at + chunk, to)));
  };
  return Object.assign(party, { offset, sendFrom });
}

test('a sink that has some of a file is asked first, and gets the rest in another session', async () => {
  const place = new Place();
  const first = await pullIntoPlace(place);
  assert.deepEqual(place.opened, [{ hash: file.hash, size: file.bytes.length }]);
  first.sendFrom(0, 5 * chunk);
  await untilTrue(() => place.content.length === 5 * chunk);
  await turn();
  first.session.close();
  await untilTrue(() => place.steps.includes('keep'));

  const second = await pullIntoPlace(place);
  assert.equal(second.offset, 5 * chunk);
  second.sendFrom(second.offset);
  await untilTrue(() => second.of('received').length > 0);
  assert.deepEqual(place.content, file.bytes);
  assert.equal(second.of('received')[0].event.result, file.hash);
  second.session.close();

  const third = await pullIntoPlace(place);
  assert.equal(third.offset, file.bytes.length, 'of what is whole nothing is asked for but its description');
  third.sendFrom(third.offset);
  await untilTrue(() => third.of('received').length > 0);
  third.session.close();
  assert.deepEqual(place.steps, ['open', 'keep', 'open', 'finish', 'open', 'finish']);
});

test('what has not been wanted, or was wrong, is aborted and not kept', async () => {
  for (const end of [
    ({ session }) => session.cancelPull('x'),
    ({ peer }) => {
      for (let left = file.bytes.length - chunk; left > 0; left -= chunk)
        peer.say(new Uint8Array(Math.min(left, chunk)));
    },
  ]) {
    const place = new Place();
    const party = await pullIntoPlace(place);
    party.sendFrom(0, chunk);
    await untilTrue(() => place.content.length > 0);
    end(party);
    await party.untilSettled(1);
    await untilTrue(() => place.steps.length > 1);
    assert.deepEqual(place.steps, ['open', 'abort']);
    party.session.close();
  }
});

test('what goes on wrong is found out at its end, and comes once more from its beginning', async () => {
  const place = new Place();
  const first = await pullIntoPlace(place);
  first.sendFrom(0, 5 * chunk);
  await untilTrue(() => place.content.length === 5 * chunk);
  await turn();
  first.session.close();
  // Somebody else's state, of as many bytes.
  const other = new Place();
  const { session, peer } = await connectRaw();
  peer.offer(makeFile(file.bytes.length, { seed: 9 }), 'y');
  session.pullFile('y', { to: other });
  await asked(peer);
  peer.meta(makeFile(file.bytes.length, { seed: 9 }), 'y');
  for (let at = 0; at < 5; at += 1) peer.say(new Uint8Array(chunk));
  await untilTrue(() => other.content.length === 5 * chunk);
  session.close();
  place.hashState = other.hashState;

  const second = await pullIntoPlace(place);
  second.sendFrom(second.offset);
  await untilTrue(() => second.peer.heard('pull-request').length === 2);
  assert.deepEqual(second.peer.heard('pull-request')[1].offset, undefined);
  second.sendFrom(0);
  await untilTrue(() => second.of('received').length > 0);
  assert.deepEqual(place.content, file.bytes);
  assert.deepEqual(place.steps, ['open', 'keep', 'open', 'restart', 'finish']);
  second.session.close();
});

test('a state of the hash that is none, and a peer that does not resume, begin anew', async () => {
  for (const [greets, hashState] of /** @type {const} */ ([
    [true, new Uint8Array(5)],
    [false, undefined],
  ])) {
    const place = new Place();
    const first = await pullIntoPlace(place);
    first.sendFrom(0, 3 * chunk);
    await untilTrue(() => place.content.length === 3 * chunk);
    await turn();
    first.session.close();
    if (hashState) place.hashState = hashState;
    const party = await pullIntoPlace(place, { greets });
    assert.equal(party.offset, 0);
    assert.deepEqual(place.steps, ['open', 'keep', 'open', 'restart']);
    party.sendFrom(0);
    await untilTrue(() => party.of('received').length > 0);
    assert.deepEqual(place.content, file.bytes);
    party.session.close();
  }
});

for (const [what, open] of /** @type {[string, () => any][]} */ ([
  ['throws', () => fail('QuotaExceededError')],
  ['rejects', () => Promise.reject(new DOMException('as the test wants it', 'QuotaExceededError'))],
  ['has more than there is', () => ({ at: file.bytes.length + 1, hashState: new Uint8Array() })],
  ['has a number of bytes that is none', () => ({ at: NaN, hashState: new Uint8Array() })],
])) {
  test(`a sink that ${what} when it is opened costs nothing: the peer is not asked, and the offer stands`, async () => {
    const notes = new Notes();
    const party = await connectRaw();
    const { session, peer } = party;
    peer.greet();
    peer.offer(file, 'x');
    session.pullFile('x', { to: { ...objectSink(notes), open } });
    await party.untilSettled(1);
    const { error } = await party.untilEnd('x');
    assert.equal(error.code, 'store-failed');
    assert.match(error.cause.name, /^(QuotaExceeded|Range)Error$/);
    await turn();
    assert.deepEqual(notes.steps, ['abort']);
    assert.deepEqual([...peer.heard('pull-request'), ...peer.heard('transfer-cancel')], []);
    session.pullFile('x');
    await asked(peer);
    session.close();
  });
}

test('a sink that is not opened in time has failed', async () => {
  const notes = new Notes();
  const party = await connectRaw();
  party.peer.offer(file, 'x');
  party.session.pullFile('x', { to: { ...objectSink(notes), open: () => new Promise(() => {}) } });
  await turn();
  party.clock.advance(10_000);
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'store-failed']]);
  party.session.close();
});

test('an unknown offer is opened before its first byte, without a hash', async () => {
  const place = new Place();
  const party = await connectRaw();
  party.session.addEventListener('received', (event) => party.log.add({ kind: 'received', event }));
  party.session.pullFile('x', { to: { sink: () => place.sink() } });
  await asked(party.peer);
  assert.deepEqual(place.opened, []);
  party.peer.transfer(file, 'x');
  await untilTrue(() => party.of('received').length > 0);
  assert.deepEqual(place.opened, [{ hash: undefined, size: file.bytes.length }]);
  assert.deepEqual(place.content, file.bytes);
  party.session.close();
});

for (const [what, given, message] of /** @type {[string, any, RegExp][]} */ ([
  ['what is no object', 5, /given must be an object, not 5/],
  ['what can not be written to', { to: {} }, /given\.to must be a sink, not object/],
  ['a text', { to: 'file.png' }, /given\.to must be a sink, not string/],
  ['no room', { to: { write() {} }, room: 0 }, /given\.room must be a number of at least 1, not 0/],
])) {
  test(`pullFile takes ${what} for a mistake`, async () => {
    const { session, peer } = await connectRaw();
    assert.throws(() => session.pullFile('x', given), { name: 'TypeError', message });
    assert.deepEqual(peer.heard('pull-request'), []);
    session.close();
  });
}

for (const nothing of [undefined, null, {}, { to: undefined }, { to: null }]) {
  test(`pullFile into ${JSON.stringify(nothing)} goes into memory`, async () => {
    const party = await connectRaw();
    party.peer.greet();
    party.peer.offer(file, 'x');
    party.session.pullFile('x', /** @type {any} */ (nothing));
    assert.deepEqual(party.peer.heard('pull-request'), [{ type: 'pull-request', transferId: 'x' }]);
    party.peer.transfer(file, 'x');
    await untilTrue(() => party.of('image').length > 0);
    party.session.close();
  });
}
