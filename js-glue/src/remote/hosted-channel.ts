import { Listeners } from '../basics/listeners.js';

/** How a channel came over the line: see `ToHost.attach`. */
export interface Arrival {
  channel: RTCDataChannel;
  limit: number | undefined;
  waits: boolean;
}

export interface HostedChannelEvents {
  /** Its limit is wanted. */
  opened(): void;
  ended(): void;
}

/** What a channel that the page has handed over still needs of it. */
export class HostedChannel {
  readonly channel: RTCDataChannel;
  /** When it may be used, where that is not when it says so. */
  readonly usable: Promise<void> | undefined;
  /** Nothing that it brings counts before. */
  readonly waits: boolean;
  limit: number | undefined;
  readonly #events: HostedChannelEvents;
  readonly #listeners: Listeners;
  #use: () => void = () => {};

  constructor({ channel, limit, waits }: Arrival, events: HostedChannelEvents) {
    this.channel = channel;
    this.limit = limit;
    this.#events = events;
    this.waits = limit === undefined;
    if (this.waits || waits) {
      this.usable = new Promise((resolve) => {
        this.#use = resolve;
      });
    }
    this.#listeners = new Listeners(channel);
  }

  /** Tells of its end. */
  watch(): void {
    this.#listeners.on('close', () => {
      this.end();
    });
  }

  /** Asks for what is not known of it, once it is open. */
  begin(): void {
    if (!this.waits) return;
    const opened = (): void => {
      this.#events.opened();
    };
    if (this.channel.readyState === 'open') opened();
    else this.#listeners.on('open', opened);
  }

  /** The page says so. */
  use(limit: number | undefined): void {
    this.limit ??= limit;
    this.#use();
  }

  end(): void {
    this.#listeners.removeAll();
    this.#events.ended();
  }
}
