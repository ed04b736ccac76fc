// @ts-check
// Numbers are converted outside the JSON library (bindings/number_text.cc): each must be what JSON.parse makes of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { connectRaw } from '../support/sessions.mjs';

const digits = (least, most) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((list) => list.join(''));
const whole = fc.oneof(
  fc.constant('0'),
  fc.tuple(fc.integer({ min: 1, max: 9 }), digits(0, 24)).map((parts) => parts.join('')),
);
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.oneof(
      fc.constant(''),
      digits(1, 24).map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(1, 3)).map((parts) => parts.join('')),
    ),
  )
  .map((parts) => parts.join(''));

const offer = (transferId, ttl) =>
  `{"unknown":[${ttl},{"ttl":${ttl}}],"type":"offer-file","transferId":"${transferId}","name":"n","size":1,"mime":"","hash":"${'a'.repeat(64)}","ttl":${ttl},"more":${ttl}}`;

test('a number in a known field is read as JSON.parse reads it, however it is written', async () => {
  const party = await connectRaw();
  let count = 0;
  fc.assert(
    fc.property(numberText, (text) => {
      const id = `t${String(++count)}`;
      party.peer.say(offer(id, text));
      const heard = party.offers().at(-1);
      const expected = JSON.parse(text);
      // What no double can hold is malformed.
      if (!Number.isFinite(expected)) return heard?.transferId !== id;
      assert.equal(heard?.transferId, id, text);
      // JSON has no negative zero to pass on.
      assert.equal(heard.ttl, expected === 0 ? 0 : expected, text);
      return true;
    }),
    { numRuns: 5000 },
  );
  party.session.close();
});

test('numbers that nobody reads may be anything that JSON allows, and nothing that it does not', async () => {
  const party = await connectRaw();
  for (const text of [
    '1e999',
    `1${'0'.repeat(5000)}`,
    `0.${'3'.repeat(5000)}`,
    '-0',
    '1E+400',
    '123456789012345678901234567890',
  ]) {
    party.peer.say(`{"type":"ping","x":${text},"y":[${text}]}`);
  }
  assert.deepEqual(party.reports(), []);
  for (const text of ['01', '1.', '.5', '+1', '1e', '0x1', 'NaN', 'Infinity', '1_000', '--1']) {
    party.peer.say(`{"type":"ping","x":${text}}`);
    assert.equal(party.reports().length, 1, text);
    party.log.entries.length = 0;
  }
  party.session.close();
});
