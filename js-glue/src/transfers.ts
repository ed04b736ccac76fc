export { Transfers } from './async/transfers.js';
export { storeOf } from './async/store.js';
export { fileChannelOf, withFileChannel } from './async/file-channel.js';
export type { IncomingView, TransfersSnapshot, TransfersStore, TransferView } from './api/transfers-store.js';
export { IncomingFileEvent, TransferChangeEvent, type TransfersEventMap } from './api/transfer-events.js';
export type {
  Extra,
  IncomingFile,
  IncomingPullOptions,
  IncomingState,
  Offer,
  OfferOptions,
  OfferState,
  Pull,
  PullState,
  TransferProgress,
  TransfersOptions,
} from './api/transfers.js';
export { PeerSession } from './session/peer-session.js';
export type { Identity, OnImage } from './api/types.js';
export * from './exports.js';

import { provideEngine } from './engine/runtime.js';
import { driveHere } from './session/drive-here.js';
import { provideDrivers } from './session/driver.js';
// Last, since the engine's bytes come with it: see there.
import { instantiateEmbedded } from './engine/embedded.js';

provideDrivers(driveHere);
provideEngine(instantiateEmbedded);
