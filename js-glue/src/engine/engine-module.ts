import type { SessionStats } from '../api/types.js';
import type { Action } from './action.js';
import type { FileDescription } from './file-description.js';

/**
 * What an engine is told, and what goes with it: two numbers or flags at the most, and one value that is neither. What each means
 * is said in wasm/include/peer_session/session.h. Texts are cut to what is refused anyway before they are copied into the engine's memory.
 */
export interface EngineInputs {
  /** An empty hash: it follows. `once`: its source can be read once only. */
  offer: [transfer: number, once: boolean, file: FileDescription];
  /** `room`: of the sink that it goes into; 0: into memory. */
  pull: [transfer: number, transferId: string, room: number];
  cancelPull: [transferId: string];
  /** An offer that this side will not pull; `detail` is for the peer's application, and empty where there is none. */
  decline: [declined: Declined];
  /** Or resume it. */
  pausePull: [transferId: string, pause: boolean];
  /** Whole; the higher first. Default 0. */
  setPriority: [transferId: string, priority: number];
  withdraw: [transferId: string];
  awaitDrained: [];
  awaitPeer: [];
  requestFile: [hash: string];
  requestSync: [];
  sendInventory: [hashes: string[]];
  sendPing: [];
  /** `buffered`, here and below: what the channel still holds; negative where that is not known. */
  close: [buffered: number];
  handleConnecting: [];
  handleDescribed: [];
  /** `lane`, here and below: on which channel; 0 is the first one. */
  handleOpen: [maxMessageSize: number, lane: number];
  handleText: [text: string, lane: number];
  handleBinary: [size: number, lane: number];
  handleBufferedAmount: [buffered: number, lane: number];
  /** This side's description of a lane's connection; an empty one: the lane is lost. */
  handleLane: [lane: number, description: string];
  /** So much of it can be taken; 0: it could not be read, for that reason. */
  handleBlock: [transfer: number, length: number, read: ReadAnswer];
  /** Without a signature: there is none. */
  handleSigned: [transfer: number, signature: Signature | undefined];
  handleAuthorization: [transfer: number, allowed: boolean];
  /** An empty hash: it could not be computed. */
  handleDigest: [transfer: number, hash: string];
  handleClaim: [transfer: number, holds: boolean];
  /** What its sink has taken; negative: it has failed. */
  handleStored: [transferId: string, total: number];
  handleStoreFailed: [transfer: number];
  handlePartial: [transferId: string, have: number];
  handleLost: [failed: boolean, buffered: number];
  handleClosed: [failed: boolean, buffered: number];
  handleReplaced: [buffered: number];
  handleTimeout: [];
}

export type EngineInput = keyof EngineInputs;

/** A number or a flag; nothing is told as 0. */
export type Told = number | boolean | undefined;

export type Declined = [transferId: string, detail: string];

/** Of which read of the file, by its `readBlock`. */
export interface ReadAnswer {
  number: number;
  reason?: string;
}

/** Both base64. */
export interface Signature {
  signature: string;
  publicKeyBase64: string;
}

/** Sizes in bytes, times in milliseconds. */
export interface EngineDefaults {
  maxFileSize: number;
  maxPendingOffers: number;
  maxPendingPulls: number;
  connectTimeout: number;
  offerTimeout: number;
  pullTimeout: number;
  stallTimeout: number;
  readTimeout: number;
  verifyTimeout: number;
  transferTimeout: number;
  recoveryTimeout: number;
  maxMessageSize: number;
  highWaterMark: number;
  lowWaterMark: number;
  blockSize: number;
  readAhead: number;
  maxLanes: number;
  pullsAhead: number;
}

export interface EngineOptions extends EngineDefaults {
  identityCreatedAt: number | undefined;
  /** Only of a signed session. */
  signerId: string | undefined;
  /** Random, and this session's alone. */
  epoch: string;
}

/** An instance of the WebAssembly. Engines are numbers to it. */
export interface EngineModule {
  defaultOptions(): EngineDefaults;
  /** Group 0: none. Members are unique among all sessions. */
  newEngine(options: EngineOptions, group: number, member: number): number;
  deleteEngine(engine: number): void;
  /** An input by its number (inputs.ts), with its numbers and flags in their order, and what goes with it besides. */
  tell(engine: number, input: number, now: number, first: Told, second: Told, value: unknown): void;
  /** Undefined: no action waits. */
  pollAction(engine: number): Action | undefined;
  /** On the caller's clock; infinite when idle. */
  nextDeadline(engine: number): number;
  /** No message can come or go any more, and no other channel helps. */
  isChannelOver(engine: number): boolean;
  stats(engine: number): SessionStats;
  /** The member whose `handleTimeout` is due; 0: none. */
  nextWoken(): number;
}
