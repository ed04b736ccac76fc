// What all entries export; each adds its own PeerSession.
export { PeerSessionError, type PeerSessionErrorCode } from './errors.js';
export {
  SessionErrorEvent,
  TransferEndEvent,
  TransferProgressEvent,
  type PeerSessionEventMap,
  type TransferDirection,
} from './events.js';
export type { Logger, LogLevel, LogOptions, LogScope } from './logger.js';
export type { Clock, Digest, PeerSessionOptions, WireTap } from './options.js';
export { safeName } from './safe-name.js';
export type {
  IncomingSignal,
  Network,
  OfferMessage,
  ReceivedBlob,
  SessionEventType,
  SessionStats,
  SignalMessage,
} from './types.js';
