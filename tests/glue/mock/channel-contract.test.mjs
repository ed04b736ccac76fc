// @ts-check
// The mock does what a browser's channel does: tests/browser/channel-contract.test.mjs asks Chromium's the same.
import assert from 'node:assert/strict';
import test from 'node:test';
import { MockNetwork } from 'peer-session/testing';
import { contract } from '../../support/channel-contract.mjs';

for (const { name, expected, observe } of contract) {
  test(name, async () => {
    assert.deepEqual(await observe(new MockNetwork().RTCPeerConnection), expected);
  });
}
