// What all entries export; each adds its own PeerSession.
export { PeerSessionError, type PeerSessionErrorCode } from './api/errors.js';
export {
  OfferWithdrawnEvent,
  ReceivedEvent,
  SessionErrorEvent,
  StateChangeEvent,
  TransferEndEvent,
  TransferProgressEvent,
  type PeerSessionEventMap,
  type ReceivedFile,
  type SessionState,
  type TransferDirection,
} from './api/events.js';
export type { Logger, LogLevel, LogOptions, LogScope } from './api/logger.js';
export { MemoryPartialStore, type MemoryPartialStoreOptions } from './files/memory-partial-store.js';
export type { PartialBytes, PartialStore } from './api/partial-store.js';
export type { Clock, Digest, IceServers, PeerSessionOptions, WireTap } from './api/options.js';
export type { PullOptions, Sink, SinkFile, SinkProgress, SinkStore } from './api/sink.js';
export type { FileSource, SendFileOptions, StreamSource } from './api/source.js';
export { safeName } from './api/safe-name.js';
export type {
  AttachOptions,
  IncomingSignal,
  Network,
  OfferMessage,
  ReceivedBlob,
  SessionEventType,
  SessionStats,
  SignalMessage,
} from './api/types.js';
