import type { PeerSessionOptions } from '../api/options.js';
import type { EngineDefaults, EngineOptions } from '../engine/engine-module.js';

/** Takes options that have been checked. @throws TypeError for marks that contradict each other. */
export function toEngineOptions(
  defaults: EngineDefaults,
  options: PeerSessionOptions,
  identityCreatedAt: number | undefined,
  signerId: string | undefined,
  epoch: string,
): EngineOptions {
  const chosen = { ...defaults };
  // The engine counts whole bytes and milliseconds.
  for (const name of Object.keys(defaults) as (keyof EngineDefaults)[]) {
    chosen[name] = Math.floor(options[name] ?? defaults[name]);
  }
  // Nobody makes their connections.
  if (options.RTCPeerConnection === false) chosen.maxLanes = 0;
  if (chosen.lowWaterMark >= chosen.highWaterMark) {
    throw new TypeError('options.lowWaterMark must be less than options.highWaterMark, both in whole bytes');
  }
  return { ...chosen, identityCreatedAt, signerId, epoch };
}
