import type { PeerSessionOptions, WireTap } from '../api/options.js';
import type { PartialStore } from '../api/partial-store.js';
import type { EngineDefaults, EngineOptions } from '../engine/engine-module.js';
import type { HeldContents } from '../files/held-contents.js';
import type { LaneMeans } from '../lanes/lanes.js';
import type { Signer } from '../transfers/ports.js';
import type { ChannelDriver, DriverEvents } from './channel-driver.js';

/** What a session needs of whoever drives its channels, wherever that is. */
export type Driver = { [K in keyof ChannelDriver]: ChannelDriver[K] };

/** What the driver of one session is made of. */
export interface DriverParts extends LaneMeans {
  events: DriverEvents;
  /** As the application gave them, checked. */
  options: PeerSessionOptions;
  engine: EngineOptions;
  group: object | undefined;
  tap: WireTap | undefined;
  signer: Signer | undefined;
  held: HeldContents;
  partial: PartialStore | undefined;
}

/** Where the engines of sessions are. */
export interface Drivers {
  /** @throws PeerSessionError where engines cannot run. */
  defaults(): EngineDefaults;
  /** @throws PeerSessionError `engine-failed` when the engine cannot be made. */
  make(parts: DriverParts): Driver;
}

let drivers: Drivers;

/** Each entry says who drives its sessions. */
export function provideDrivers(provided: Drivers): void {
  drivers = provided;
}

export function theDrivers(): Drivers {
  return drivers;
}
