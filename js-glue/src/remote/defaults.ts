import type { EngineDefaults } from '../engine/engine-module.js';

const kib = 1024;
const mib = 1024 * kib;
const second = 1000;
const minute = 60 * second;

/** The engine's own, for a thread that has none; tests/glue/engine-defaults.test.mjs compares the two. */
export const engineDefaults: EngineDefaults = {
  maxFileSize: 15 * mib,
  maxPendingOffers: 131_072,
  maxPendingPulls: 65_536,
  connectTimeout: 30 * second,
  offerTimeout: 5 * minute,
  pullTimeout: 15 * second,
  stallTimeout: 30 * second,
  readTimeout: 10 * second,
  verifyTimeout: 30 * second,
  transferTimeout: 60 * minute,
  recoveryTimeout: minute,
  maxMessageSize: 256 * kib,
  highWaterMark: mib,
  lowWaterMark: 512 * kib,
  blockSize: 4 * mib,
  readAhead: 8 * mib,
  maxLanes: 7,
  pullsAhead: 0,
};
