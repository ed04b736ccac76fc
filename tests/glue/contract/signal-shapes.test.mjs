// @ts-check
// What comes through an application's signalling may be anything: it is read by its shape.
import assert from 'node:assert/strict';
import test from 'node:test';
import { MockNetwork, mockCandidates, mockSdp } from 'peer-session/testing';
import { mockSignal } from '../support/mock-signals.mjs';
import { makeSession } from '../support/sessions.mjs';

const envelope = { senderId: 'alice', targetId: 'bob' };
const sdp = mockSdp('offer', 7);
const answered = (party) => party.of('signal').some(({ message }) => message.type === 'answer');
const makeWaiting = () => makeSession({ myId: 'bob', peerId: 'alice' });

/** Its fields are its prototype's, as those of a browser's own objects are. */
class Live {
  #fields;

  constructor(fields) {
    this.#fields = fields;
    for (const name of Object.keys(fields)) {
      Object.defineProperty(Object.getPrototypeOf(this), name, { configurable: true, get: () => this.#fields[name] });
    }
  }
}

for (const [what, offered] of /** @type {[string, unknown][]} */ ([
  ['the whole description', { type: 'offer', sdp }],
  ['its text alone, as version 0.1 sent it', sdp],
  ['a description without its type', { sdp }],
  ['a live description', new Live({ type: 'offer', sdp, toJSON: () => ({}) })],
  ['a description without a prototype', Object.assign(Object.create(null), { type: 'offer', sdp })],
])) {
  test(`an offer with ${what} is taken`, async () => {
    const party = makeWaiting();
    await party.session.handleSignal(/** @type {any} */ ({ type: 'offer', ...envelope, sdp: offered }));
    assert.deepEqual([party.reports(), answered(party)], [[], true]);
    assert.deepEqual(party.pc.remoteDescription, { type: 'offer', sdp });
  });
}

for (const [what, candidate] of /** @type {[string, unknown][]} */ ([
  ['an init', { candidate: mockCandidates.ipv4, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: '7.0' }],
  [
    'a live candidate',
    new Live({ candidate: mockCandidates.ipv4, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: '7.0', address: 'x' }),
  ],
])) {
  test(`a candidate that is ${what} is taken, with the fields that all know`, async () => {
    const party = makeWaiting();
    await party.session.handleSignal(mockSignal('offer', 7));
    await party.session.handleSignal(/** @type {any} */ ({ type: 'candidate', ...envelope, candidate }));
    assert.deepEqual(party.pc.added, [
      { candidate: mockCandidates.ipv4, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: '7.0' },
    ]);
    assert.deepEqual(party.reports(), []);
  });
}

for (const candidate of [null, { candidate: '' }, { candidate: '', sdpMid: '0' }]) {
  test(`the end of the candidates, as ${JSON.stringify(candidate)}, is nothing to add and no fault`, async () => {
    const party = makeWaiting();
    await party.session.handleSignal(mockSignal('offer', 7));
    await party.session.handleSignal(/** @type {any} */ ({ type: 'candidate', ...envelope, candidate }));
    assert.deepEqual([party.pc.added, party.reports()], [[], []]);
  });
}

for (const other of [
  { type: 'join', senderId: 'alice', peerId: 'alice' },
  { type: 'leave', senderId: 'alice' },
  { type: 'of next year', sdp: 5 },
]) {
  test(`the signalling's own "${other.type}" is none of a session's business`, async () => {
    const party = makeWaiting();
    await party.session.handleSignal(/** @type {any} */ (other));
    assert.deepEqual([party.pc.calls, party.reports(), party.clock.pendingTimers], [[], [], 0]);
  });
}

const throwing = {
  get type() {
    throw new Error('a trap');
  },
};

for (const [bad, cause] of /** @type {[any, RegExp][]} */ ([
  [undefined, /signal is no object/],
  [null, /signal is no object/],
  ['offer', /signal is no object/],
  [{}, /signal has no type/],
  [{ type: 5 }, /signal has no type/],
  [throwing, /a trap/],
  [{ type: 'offer' }, /description of the offer is no object/],
  [{ type: 'offer', sdp: null }, /description of the offer is no object/],
  [{ type: 'offer', sdp: {} }, /description of the offer has no text/],
  [{ type: 'offer', sdp: '' }, /description of the offer has no text/],
  [{ type: 'offer', sdp: { type: 'offer', sdp: 5 } }, /description of the offer has no text/],
  [{ type: 'offer', sdp: { type: 'answer', sdp } }, /description of the offer is of another type/],
  [{ type: 'offer', sdp: `${sdp}${'a'.repeat(256 * 1024)}` }, /description of the offer is too long/],
  [{ type: 'offer', sdp: 'nonsense' }, /cannot parse/],
  [{ type: 'answer', sdp: 5 }, /description of the answer is no object/],
  [{ type: 'candidate' }, /candidate is no object/],
  [{ type: 'candidate', candidate: 'candidate:1' }, /candidate is no object/],
  [{ type: 'candidate', candidate: { candidate: 5 } }, /candidate has no text/],
  [{ type: 'candidate', candidate: { candidate: 'c'.repeat(5000) } }, /candidate is too long/],
])) {
  const name = bad === throwing ? 'whose type throws' : String(JSON.stringify(bad)).slice(0, 80);
  test(`the signal ${name} is reported and never thrown at the caller, and costs nothing else`, async () => {
    const network = new MockNetwork();
    const party = makeSession({ network, myId: 'bob', peerId: 'alice' });
    await party.session.handleSignal(bad);
    assert.deepEqual(party.reports(), ['signal-failed']);
    assert.match(String(party.of('error')[0].event.error.cause), cause);
    await party.session.handleSignal(mockSignal('offer', 7));
    assert.deepEqual([answered(party), party.reports().length], [true, 1]);
  });
}

test('signals that pile up behind one that never comes to its end have a bound', async () => {
  const party = makeWaiting();
  party.pc.hanging.add('setRemoteDescription');
  const handled = [party.session.handleSignal(mockSignal('offer', 7))];
  const candidate = { candidate: mockCandidates.ipv4, sdpMid: '0' };
  for (let count = 0; count < 1500; count += 1) {
    handled.push(party.session.handleSignal({ type: 'candidate', ...envelope, candidate }));
  }
  await party.log.untilAll(() => party.reports().length > 0);
  party.session.close();
  await Promise.all(handled);
  const refused = party.of('error').filter(({ event }) => /Too many signals wait/.test(String(event.error.cause)));
  assert.ok(refused.length > 400 && refused.length < 600, String(refused.length));
});
