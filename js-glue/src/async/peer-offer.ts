import type { Extra, IncomingFile, IncomingPullOptions, IncomingState, Pull } from '../api/transfers.js';
import type { OfferMessage } from '../api/types.js';
import { optionalText } from '../session/arguments.js';
import { decodeExtra } from './extra.js';
import type { RunningPull } from './running-pull.js';

/** What an offer of the peer asks of whoever was told of it. */
export interface PeerOfferOwner {
  /** @throws TypeError for a wrong argument. */
  pull(offer: PeerOffer, options: IncomingPullOptions | null | undefined): RunningPull;
  decline(offer: PeerOffer, reason: string): void;
  changed(offer: PeerOffer): void;
}

/** A file that the peer offers. */
export class PeerOffer implements IncomingFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly mime: string;
  readonly extra: Extra | undefined;
  readonly #owner: PeerOfferOwner;
  #hash: string | undefined;
  #state: IncomingState = 'offered';
  /** While there is one. */
  #pull: RunningPull | undefined;

  constructor(owner: PeerOfferOwner, { transferId, name, size, mime, hash, extra }: OfferMessage) {
    this.id = transferId;
    this.name = name;
    this.size = size;
    this.mime = mime;
    this.extra = decodeExtra(extra);
    this.#hash = hash || undefined;
    this.#owner = owner;
  }

  get hash(): string | undefined {
    return this.#hash;
  }

  get state(): IncomingState {
    return this.#state;
  }

  pull(options?: IncomingPullOptions | null): Pull<never> {
    // Its own pull is known here before it is told of; one that was refused is over, and another may be begun.
    const pull = this.#pull ?? this.#owner.pull(this, options);
    // What it gives is known by the kind of sink alone: the overloads of the interface say it.
    return pull as Pull<unknown> as Pull<never>;
  }

  decline(reason?: string | null): void {
    const text = optionalText(reason, 'reason') ?? '';
    if (this.#state !== 'offered') return;
    this.#owner.decline(this, text);
    this.enter('declined');
  }

  /** Its pull is under way. */
  begin(pull: RunningPull): void {
    this.#pull = pull;
    this.enter('pulled');
  }

  /** Its pull is over. */
  end(hash?: string): void {
    this.#pull = undefined;
    if (hash !== undefined) this.#hash = hash;
    if (this.#state === 'pulled') this.enter(hash === undefined ? 'offered' : 'received');
  }

  enter(state: IncomingState): void {
    this.#state = state;
    this.#owner.changed(this);
  }
}
