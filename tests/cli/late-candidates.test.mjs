// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apart, Outbox } from '../../cli/late-candidates.mjs';

const lines = (...all) => all.map((line) => `${line}\r\n`).join('');
const before = ['v=0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:data'];
const [one, two] = [
  'candidate:1 1 UDP 2116026111 fd00::2 43145 typ host',
  'candidate:2 1 UDP 1 192.0.2.2 43145 typ host',
];
const behind = ['a=ice-ufrag:x'];
const whole = lines(...before, `a=${one}`, ...behind, `a=${two}`, 'a=end-of-candidates');
const bare = lines(...before, ...behind);

const description = (type, sdp) => ({ type, senderId: 'a', targetId: 'b', sdp: { type, sdp } });
const candidate = (text) => ({
  type: 'candidate',
  senderId: 'a',
  targetId: 'b',
  candidate: { candidate: text, sdpMid: 'data', sdpMLineIndex: 0 },
});

test('a description is taken apart into itself and its candidates, and nothing else is', () => {
  assert.deepEqual(apart(description('answer', whole)), [description('answer', bare), candidate(one), candidate(two)]);
  assert.deepEqual(apart(description('answer', bare)), [description('answer', bare)]);
  for (const signal of [
    candidate(one),
    { type: 'answer', sdp: 'text' },
    { type: 'answer' },
    { type: 'answer', sdp: {} },
  ])
    assert.deepEqual(apart(signal), [signal]);
});

test('of an offer no candidate leaves before it is answered; of an answer all do', () => {
  const sent = [];
  const outbox = new Outbox((signal) => sent.push(signal));
  const send = (signal) => outbox.send(/** @type {any} */ (signal));
  send(description('offer', whole));
  send(candidate('late'));
  assert.deepEqual(sent.splice(0), [description('offer', bare)]);
  outbox.release();
  assert.deepEqual(sent.splice(0), [candidate(one), candidate(two), candidate('late')]);
  send(candidate('later'));
  assert.deepEqual(sent.splice(0), [candidate('later')]);

  send(description('answer', whole));
  send(candidate('late'));
  assert.deepEqual(sent, [description('answer', whole), candidate('late')]);
});
