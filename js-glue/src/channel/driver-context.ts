import type { EngineCall } from '../engine/engine-host.js';
import type { PeerSessionError } from '../errors.js';
import type { TransferDirection } from '../events.js';
import type { FileDescription } from '../files/file-description.js';
import type { Clock, Digest, WireTap } from '../options.js';
import type { Signing } from '../signing/signing.js';
import type { OfferMessage } from '../types.js';
import type { CallbackQueue } from './callback-queue.js';

/**
 * Where the driver's news goes. Where nothing else is said, it is told after the engine's actions, and whoever is told may
 * throw or call back in.
 */
export interface DriverEvents {
  connected(): unknown;
  /** At once. */
  peerSeen(): void;
  offer(offer: OfferMessage): unknown;
  syncRequested(): unknown;
  inventory(hashes: string[]): unknown;
  fileRequested(hash: string): unknown;
  /** Nothing but true is a yes: a promise, for one, is not. */
  mayReceive(): unknown;
  delivered(content: Uint8Array<ArrayBuffer>, file: FileDescription): unknown;
  failed(transferId: string, error: PeerSessionError): unknown;
  uploadEnded(transferId: string, error: PeerSessionError | undefined): void;
  progress(direction: TransferDirection, transferId: string, bytes: number, size: number): void;
  reported(error: PeerSessionError): void;
  /** At once, after the channel was told to close; `channelCloses` is whether it took that. */
  over(channelCloses: boolean): void;
  closed(): void;
}

/** What the driver works with, beside the channel. */
export interface DriverTools {
  clock: Clock;
  tap?: WireTap | undefined;
  digest?: Digest | undefined;
  signing?: Signing | undefined;
}

/** What the parts of the driver share. */
export interface DriverContext {
  events: DriverEvents;
  tools: DriverTools;
  callbacks: CallbackQueue;
  isOver: () => boolean;
  /** Tells the engine, first what the channel still holds: it may have something to send. */
  tell: (fact: EngineCall) => void;
  /** Tells the engine what makes it send nothing. */
  note: (fact: EngineCall) => void;
  notify: (call: (events: DriverEvents) => unknown) => void;
  report: (error: PeerSessionError) => void;
  /** Returns whether the channel took what was sent. */
  handToChannel: (send: (channel: RTCDataChannel) => void) => boolean;
  /** To whoever watches the wire. */
  show: WireTap;
  /** Cuts it to what is refused anyway, before it is copied into the engine's memory. */
  fit: (text: string) => string;
}
