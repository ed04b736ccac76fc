// @ts-check
// A connection that is open at once and a channel that swallows everything: what is left to measure is our own cost.
import { PeerSession } from 'peer-session';

export class NullChannel extends EventTarget {
  readyState = 'open';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = 'arraybuffer';
  label = '';
  texts = 0;
  binaries = 0;
  bytes = 0;

  /** @param {string | ArrayBufferView} data */
  send(data) {
    if (typeof data === 'string') {
      this.texts += 1;
      this.onText?.(data);
    } else {
      this.binaries += 1;
      this.bytes += data.byteLength;
      this.onBytes?.(data);
    }
  }

  /** @type {((text: string) => void) | undefined} */
  onText;
  /** @type {((data: ArrayBufferView) => void) | undefined} */
  onBytes;

  hear(data) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  close() {
    this.readyState = 'closed';
  }
}

export class NullConnection extends EventTarget {
  connectionState = 'connected';
  localDescription = null;
  /** Candidates are not waited for: with a clock that stands still, for ever. */
  iceGatheringState = 'complete';
  remoteDescription = null;
  sctp = { maxMessageSize: 262_144 };

  createDataChannel() {
    this.channel = new NullChannel();
    return this.channel;
  }
  async createOffer() {
    return { type: 'offer', sdp: '' };
  }
  async setLocalDescription() {}
  close() {
    this.connectionState = 'closed';
  }
}

/** A session on a channel that is open already. */
export async function openSession({ onImage = () => {}, onEvent = () => {}, options = {} } = {}) {
  /** @type {NullConnection | undefined} */
  let connection;
  const Implementation = class extends NullConnection {
    constructor() {
      super();
      connection = this;
    }
  };
  const session = new PeerSession(
    'a',
    'b',
    { createdAt: 0 },
    () => {},
    onImage,
    () => {},
    { canReceiveFrom: () => true },
    onEvent,
    undefined,
    undefined,
    [],
    { RTCPeerConnection: /** @type {any} */ (Implementation), ...options },
  );
  await session.start();
  return { session, channel: /** @type {NullChannel} */ (connection?.channel) };
}

export const median = (values) => [...values].sort((x, y) => x - y)[values.length >> 1];
