// What both entries export.
export { PeerSession } from './peer-session.js';
export { PeerSessionError, type PeerSessionErrorCode } from './errors.js';
export {
  SessionErrorEvent,
  TransferEndEvent,
  TransferProgressEvent,
  type PeerSessionEventMap,
  type TransferDirection,
} from './events.js';
export type { Logger, LogLevel } from './logger.js';
export type { Clock, PeerSessionOptions, WireTap } from './options.js';
export { safeName } from './safe-name.js';
export type {
  Identity,
  Network,
  OfferMessage,
  OnImage,
  ReceivedBlob,
  SessionEventType,
  SessionStats,
  SignalMessage,
} from './types.js';
