import type { EngineInputs } from './engine-module.js';

/** Their numbers are their places, those of `Input` in bindings/embind.cc; tests/tools/inputs.test.mjs compares the two. */
const names = [
  'offer',
  'pull',
  'cancelPull',
  'decline',
  'pausePull',
  'setPriority',
  'withdraw',
  'awaitDrained',
  'awaitPeer',
  'requestFile',
  'requestSync',
  'sendInventory',
  'sendPing',
  'close',
  'handleConnecting',
  'handleDescribed',
  'handleOpen',
  'handleText',
  'handleBinary',
  'handleBufferedAmount',
  'handleLane',
  'handleBlock',
  'handleSigned',
  'handleAuthorization',
  'handleDigest',
  'handleClaim',
  'handleStored',
  'handleStoreFailed',
  'handlePartial',
  'handleLost',
  'handleClosed',
  'handleReplaced',
  'handleTimeout',
] as const satisfies (keyof EngineInputs)[];

/** What the engine calls each input. */
export const inputNumbers = Object.fromEntries(names.map((name, number) => [name, number])) as Record<
  (typeof names)[number],
  number
>;
