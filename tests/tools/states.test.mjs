// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { pageWithStates } from '../../tools/docs/states.mjs';

test('the pictures of states are those of the tables; `npm run docs` draws them', () => {
  const { is, shouldBe } = pageWithStates();
  assert.equal(is, shouldBe);
  for (const state of ['Offered', 'Suspended', 'Verifying']) assert.match(is, new RegExp(`${state} -->`));
});
