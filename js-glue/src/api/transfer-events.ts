import type { OfferWithdrawnEvent, SessionErrorEvent, StateChangeEvent } from './events.js';
import type { IncomingFile, Offer, Pull } from './transfers.js';

/** `incoming`: the peer offers a file. */
export class IncomingFileEvent extends Event {
  /** The file. */
  readonly file: IncomingFile;

  constructor(file: IncomingFile) {
    super('incoming');
    this.file = file;
  }
}

/** `change`: the `state` of something is another one, or it has just come about. */
export class TransferChangeEvent extends Event {
  /** An own offer, an offer of the peer, or a pull. */
  readonly item: Offer | IncomingFile | Pull<unknown>;

  constructor(item: Offer | IncomingFile | Pull<unknown>) {
    super('change');
    this.item = item;
  }
}

/** What `addEventListener` of a `Transfers` takes, and what a listener gets. */
export interface TransfersEventMap {
  /** The peer offers a file. */
  incoming: IncomingFileEvent;
  /** The state of an offer, an incoming file or a pull is another one. */
  change: TransferChangeEvent;
  /** The channel opened, was lost, was replaced, or is over. */
  statechange: StateChangeEvent;
  /** The peer has taken an offer back. */
  offerwithdrawn: OfferWithdrawnEvent;
  /** Something went wrong that ends no transfer. */
  error: SessionErrorEvent;
  /** It is over; every transfer has been settled. */
  close: Event;
}
