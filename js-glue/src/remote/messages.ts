import type { Sink, SinkFile, SinkProgress, StoreSettings } from '../api/sink.js';
import type { OfferMessage, SessionStats } from '../api/types.js';
import type { Bytes } from '../basics/bytes.js';
import type { EngineOptions } from '../engine/engine-module.js';
import type { FileDescription } from '../engine/file-description.js';
import type { LaneAction, LaneMeans } from '../lanes/lanes.js';
import type { OriginParts } from '../transfers/ports.js';
import type { OfferedFile } from '../transfers/uploads.js';
import type { Failure } from './failure.js';

/** A call of one of those: its name, and what goes with it. */
export type Call<T> = {
  [K in keyof T]: T[K] extends (...given: infer Given) => void ? [name: K, ...given: Given] : never;
}[keyof T];

/** How a session stands at the moment. */
export type Look = [isOpen: boolean, stats: SessionStats | undefined];

/** What page and host of one thread share. */
export interface DirectSetup extends LaneMeans {
  /** Set by the host: as it is, and not as it was told. */
  look: () => Look | undefined;
}

/** What the host of a session has to know of it. */
export interface HostedSetup {
  engine: EngineOptions;
  group: number;
  /** Only where nothing is cloned. */
  direct: DirectSetup | undefined;
  /** Functions of the application, which are asked over the line. */
  hasTap: boolean;
  hasDigest: boolean;
}

/** Where a pulled file goes. */
export type HostedSink =
  | FileSystemFileHandle
  | {
      /** Of a store like the page's. */
      store: StoreSettings;
    }
  | {
      /** By which the page finds it. */
      sink: number;
      /** Which of the methods it has that it need not have. */
      has: (keyof Sink)[];
    };

/** Where an offered file comes from. */
export type HostedSource =
  | OriginParts
  | {
      /** The page is asked to read it, and for its hash. */
      once: boolean;
      isHashed: boolean;
    };

/** What the page tells the host of one session's driver. */
export interface ToHost {
  open(setup: HostedSetup): void;
  connecting(): void;
  described(): void;
  detach(): void;
  replaced(): void;
  lost(failure: boolean): void;
  /** Without a limit, `opened` asks for it; with one, and if it waits, `usable` comes by itself. */
  attach(lane: number, link: number, channel: RTCDataChannel, limit: number | undefined, waits: boolean): void;
  usable(lane: number, link: number, limit: number | undefined): void;
  offer(transferId: string, source: HostedSource, size: number, file: OfferedFile): void;
  withdraw(transferId: string): void;
  pull(transferId: string, room: number | undefined, to: HostedSink | undefined, priority?: number): void;
  cancelPull(transferId: string): void;
  decline(transferId: string, detail: string): void;
  pausePull(transferId: string): void;
  resumePull(transferId: string): void;
  setPriority(transferId: string, priority: number): void;
  awaitDrained(): void;
  awaitPeer(): void;
  requestFile(hash: string): void;
  requestSync(): void;
  sendInventory(hashes: string[]): void;
  sendPing(): void;
  close(): void;
  /** To that question. */
  answer(question: number, value: unknown): void;
  /** It threw, or rejected. */
  refuse(question: number, cause: unknown): void;
  /** A lane's own description; an empty one: it is lost. */
  describedLane(lane: number, description: string): void;
}

/** What is asked of the page, and what it answers. */
export interface Questions {
  mayReceive: { given: []; answer: boolean };
  /** A whole content, or its first bytes. */
  find: { given: [hash: string, size: number]; answer: Blob | Bytes | undefined };
  /** So many bytes of what was offered, from there on. */
  read: { given: [transferId: string, at: number, length: number]; answer: Bytes };
  /** Of what was offered without a hash, and read to its end. */
  hashOf: { given: [transferId: string]; answer: string };
  digest: { given: [content: Bytes]; answer: ArrayBuffer };
  openSink: { given: [sink: number, file: SinkFile]; answer: SinkProgress | undefined };
  write: { given: [sink: number, chunk: Bytes, at: number, hashState: Bytes]; answer: undefined };
  restart: { given: [sink: number]; answer: undefined };
  finish: { given: [sink: number, hash: string]; answer: unknown };
  abort: { given: [sink: number, reason: Failure, isKept: boolean]; answer: undefined };
}

/** What the host tells the page; several calls go together. */
export interface ToPage {
  /** First of those that go together. Without `stats`: they are as before. */
  state(isOpen: boolean, isHeard: boolean, stats: SessionStats | undefined): void;
  /** The engine cannot be made. */
  failed(failure: Failure): void;

  connected(): void;
  /** `detached`: that often it had been told to let go of its channel. */
  lost(detached: number): void;
  interrupted(): void;
  resumed(): void;
  withdrawn(transferId: string): void;
  offered(offer: OfferMessage): void;
  syncRequested(): void;
  inventory(hashes: string[]): void;
  fileRequested(hash: string): void;
  delivered(content: Blob, file: FileDescription): void;
  received(file: FileDescription, result: unknown): void;
  pullFailed(failure: Failure): void;
  pulled(transferId: string): void;
  pullPaused(transferId: string, isPaused: boolean): void;
  uploadEnded(transferId: string, failure: Failure | undefined, isDelivered: boolean): void;
  progress(direction: 'send' | 'receive', transferId: string, bytes: number, size: number): void;
  reported(failure: Failure): void;
  tapped(direction: 'in' | 'out', message: string | { bytes: number }): void;
  drained(): void;
  peerKnown(takesTrailingHash: boolean): void;
  over(channelCloses: boolean): void;
  ended(): void;
  closed(): void;

  ask(question: number, name: keyof Questions, given: unknown[]): void;
  keep(hash: string, size: number, bytes: Bytes): void;
  forget(hash: string): void;
  /** The first channel is here; or what came in its place is none. */
  arrived(isHere: boolean): void;
  /** That channel says that it is open; its limit is wanted. */
  opened(lane: number, link: number): void;
  /** That channel has ended. */
  channelEnded(link: number): void;
  lane(action: LaneAction): void;
  /** Nothing comes any more. */
  done(): void;
}
