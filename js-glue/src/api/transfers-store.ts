import type { PeerSessionError } from './errors.js';
import type { SessionState } from './events.js';
import type { IncomingFile, IncomingState, Offer, OfferState, Pull, PullState, TransferProgress } from './transfers.js';

/** One offer of the peer, as it is at the moment. */
export interface IncomingView {
  /** The offer's id. */
  readonly id: string;
  /** What can be done with it. */
  readonly item: IncomingFile;
  /** Where it stands. */
  readonly state: IncomingState;
}

/** One own offer, or one pull, as it is at the moment. */
export interface TransferView<Item extends Offer | Pull<unknown>> {
  /** The offer's id. */
  readonly id: string;
  /** What can be done with it. */
  readonly item: Item;
  /** Where it stands. */
  readonly state: Item extends Offer ? OfferState : PullState;
  /** How far it is; undefined before it begins. */
  readonly progress: TransferProgress | undefined;
  /** Why it failed, where it did. */
  readonly error: PeerSessionError | undefined;
}

/** All that a page shows of one `Transfers`. Another object at each change, with the same objects in it for what has not changed. */
export interface TransfersSnapshot {
  /** Of the channel. */
  readonly state: SessionState;
  /** What this side has offered, in order; what is over, too, until it is dismissed. */
  readonly offers: readonly TransferView<Offer>[];
  /** What the peer offers and nobody has pulled or declined. */
  readonly incoming: readonly IncomingView[];
  /** What is pulled, in order; what is over, too, until it is dismissed. */
  readonly pulls: readonly TransferView<Pull<unknown>>[];
}

/** What a framework's hook needs: docs/guide/frameworks.md. Both functions may be passed on as they are. */
export interface TransfersStore {
  /** Calls back after each change, once for all of one moment; returns what ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object as long as nothing has changed. */
  readonly getSnapshot: () => TransfersSnapshot;
  /**
   * Forgets what is over: that transfer, or all without an id. A received file is let go of with it. Of each list the last 1,000 that are
   * over are kept without that.
   */
  readonly dismiss: (id?: string) => void;
}
