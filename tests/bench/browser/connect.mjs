// A bare connection with one channel, for the strategies that bring none of their own.

export const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

export class Connection {
  #waiting = [];

  constructor(side, emit) {
    this.side = side;
    this.emit = emit;
    this.pc = new RTCPeerConnection();
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) emit({ type: 'candidate', candidate: candidate.toJSON() });
    };
    this.opened = new Promise((resolve) => {
      const take = (channel) => {
        this.channel = channel;
        channel.binaryType = 'arraybuffer';
        if (channel.readyState === 'open') resolve();
        else channel.addEventListener('open', () => resolve(), { once: true });
      };
      if (side === 'a') take(this.pc.createDataChannel('bench'));
      else this.pc.ondatachannel = ({ channel }) => take(channel);
    });
  }

  async start() {
    if (this.side !== 'a') return;
    await this.pc.setLocalDescription();
    this.emit({ type: 'offer', sdp: this.pc.localDescription.sdp });
  }

  async handleSignal(signal) {
    if (signal.type === 'candidate') {
      if (this.pc.remoteDescription) await this.pc.addIceCandidate(signal.candidate);
      else this.#waiting.push(signal.candidate);
      return;
    }
    await this.pc.setRemoteDescription(signal);
    for (const candidate of this.#waiting.splice(0)) await this.pc.addIceCandidate(candidate);
    if (signal.type !== 'offer') return;
    await this.pc.setLocalDescription();
    this.emit({ type: 'answer', sdp: this.pc.localDescription.sdp });
  }

  close() {
    this.channel?.close();
    this.pc.close();
  }
}

/** Resolves when the channel holds no more than the threshold. */
export function drained(channel, threshold) {
  channel.bufferedAmountLowThreshold = threshold;
  if (channel.bufferedAmount <= threshold) return Promise.resolve();
  return new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
}
