// An RTCPeerConnection without a network: two of them in one process, joined by their descriptions. For tests in Node.

class MemoryChannel extends EventTarget {
  readyState: RTCDataChannelState = 'connecting';
  binaryType: BinaryType = 'arraybuffer';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  other: MemoryChannel | undefined;

  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
  }

  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void {
    if (this.readyState !== 'open') throw new DOMException('The channel is not open.', 'InvalidStateError');
    // A copy, as a network makes one: the sender may use its bytes again.
    const message = typeof data === 'string' ? data : ArrayBuffer.isView(data) ? bytesOf(data) : data.slice(0);
    const length = typeof message === 'string' ? new TextEncoder().encode(message).length : message.byteLength;
    this.bufferedAmount += length;
    setTimeout(() => {
      this.other?.receive(message);
      const wasAbove = this.bufferedAmount > this.bufferedAmountLowThreshold;
      this.bufferedAmount -= length;
      if (wasAbove && this.bufferedAmount <= this.bufferedAmountLowThreshold) {
        this.dispatchEvent(new Event('bufferedamountlow'));
      }
    });
  }

  receive(data: string | ArrayBuffer): void {
    if (this.readyState === 'open') this.dispatchEvent(new MessageEvent('message', { data }));
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    setTimeout(() => this.dispatchEvent(new Event('close')));
    this.other?.close();
  }
}

function bytesOf(view: ArrayBufferView<ArrayBuffer>): ArrayBuffer {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}

/** Pass it as the option `RTCPeerConnection`. Signals still travel through the sessions' own `sendSignal`. */
export class MemoryConnection extends EventTarget {
  static readonly #connections: MemoryConnection[] = [];
  readonly sctp = { maxMessageSize: 256 * 1024 };
  connectionState: RTCPeerConnectionState = 'new';
  remoteDescription: RTCSessionDescriptionInit | null = null;
  readonly #number = MemoryConnection.#connections.push(this) - 1;
  #channel: MemoryChannel | undefined;

  createDataChannel(): MemoryChannel {
    return (this.#channel = new MemoryChannel());
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: 'offer', sdp: String(this.#number) });
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: 'answer', sdp: String(this.#number) });
  }

  setLocalDescription(): Promise<void> {
    return Promise.resolve();
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.remoteDescription = description;
    const answerer = MemoryConnection.#connections[Number(description.sdp)];
    if (description.type === 'answer' && this.#channel && answerer) this.#join(this.#channel, answerer);
    return Promise.resolve();
  }

  addIceCandidate(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.connectionState = 'closed';
    this.#channel?.close();
  }

  #join(near: MemoryChannel, answerer: MemoryConnection): void {
    const far = (answerer.#channel = new MemoryChannel());
    near.other = far;
    far.other = near;
    answerer.dispatchEvent(Object.assign(new Event('datachannel'), { channel: far }));
    for (const connection of [this, answerer]) connection.connectionState = 'connected';
    for (const channel of [near, far]) channel.open();
  }
}
