import { Listeners } from '../basics/listeners.js';
import { toBytes } from '../basics/bytes.js';

/** Agreed beforehand by all who use it: far from those that browsers give out first, and within the 256 that Firefox has. */
const id = 64;
/** As much as waits for an engine: see `Inbox`. */
const mostBytes = 16 * 1024 * 1024;
const overhead = 64;

const channels = new WeakMap<RTCPeerConnection, RTCDataChannel>();
const early = new WeakMap<RTCDataChannel, EarlyMessages>();

/** What a channel brings before somebody listens, which a browser would drop. The peer fills it, so it has a bound. */
class EarlyMessages {
  readonly #channel: RTCDataChannel;
  readonly #listeners: Listeners;
  #messages: unknown[] = [];
  #bytes = 0;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    this.#listeners = new Listeners(channel);
    this.#listeners.on('message', (event) => {
      this.#keep((event as MessageEvent<unknown>).data);
    });
  }

  handOver(): void {
    this.#listeners.removeAll();
    for (const data of this.#messages.splice(0)) this.#channel.dispatchEvent(new MessageEvent('message', { data }));
  }

  #keep(data: unknown): void {
    this.#bytes += overhead + (typeof data === 'string' ? data.length : (toBytes(data)?.length ?? 0));
    if (this.#bytes <= mostBytes) {
      this.#messages.push(data);
      return;
    }
    this.#listeners.removeAll();
    this.#messages = [];
    this.#channel.close();
  }
}

/**
 * The same class, whose connections have a channel for files from the start: for libraries that make their connections themselves, and
 * take the class to make them of. It is negotiated (id 64), so that no library takes it for one of its own, and both sides have to have it.
 *
 * @example
 * ```ts
 * const wrtc = { RTCPeerConnection: withFileChannel(RTCPeerConnection), RTCSessionDescription, RTCIceCandidate };
 * ```
 */
export function withFileChannel(connectionClass: typeof RTCPeerConnection): typeof RTCPeerConnection {
  return class extends connectionClass {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      const channel = this.createDataChannel('peer-session', { negotiated: true, id });
      channel.binaryType = 'arraybuffer';
      channels.set(this, channel);
      early.set(channel, new EarlyMessages(channel));
    }
  };
}

/**
 * The channel for files of a connection, for `new Transfers(channel)` or `reattach(channel)`, at any time: what it brings until then
 * is kept, up to 16 MiB, and it is closed when that is not enough.
 *
 * @throws TypeError for a connection of another class than `withFileChannel` has made.
 */
export function fileChannelOf(connection: RTCPeerConnection): RTCDataChannel {
  const channel = channels.get(connection);
  if (!channel) throw new TypeError('connection must be of a class that withFileChannel() has made');
  return channel;
}

/** Whoever has taken the channel gets what came before. */
export function handOverEarly(channel: RTCDataChannel): void {
  early.get(channel)?.handOver();
  early.delete(channel);
}
