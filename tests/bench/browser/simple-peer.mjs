// simple-peer's stream: 64 KiB writes, a wait for `drain` when it says so, the Blob read ahead in blocks of 1 MiB.
import SimplePeer from 'simple-peer/simplepeer.min.js';

const block = 1024 * 1024;
const write = 64 * 1024;

export class SimplePeerLink {
  constructor(side, _options, emit) {
    this.peer = new SimplePeer({ initiator: side === 'a', trickle: true, config: { iceServers: [] } });
    this.peer.on('signal', (signal) => {
      if (signal.type === 'candidate') emit({ type: 'candidate', candidate: signal.candidate });
      else emit(signal);
    });
    this.opened = new Promise((resolve) => this.peer.on('connect', () => resolve()));
  }

  start() {}

  handleSignal(signal) {
    this.peer.signal(signal);
  }

  async send(files) {
    for (const { blob } of files) {
      for (let offset = 0; offset < blob.size; offset += block) {
        const bytes = new Uint8Array(await blob.slice(offset, offset + block).arrayBuffer());
        for (let at = 0; at < bytes.length; at += write) {
          if (!this.peer.write(bytes.subarray(at, at + write)))
            await new Promise((resolve) => this.peer.once('drain', resolve));
        }
      }
    }
  }

  receive(sizes) {
    let left = sizes.reduce((sum, size) => sum + size, 0);
    const start = performance.now();
    return new Promise((resolve) => {
      this.peer.on('data', (data) => {
        left -= data.length;
        if (left === 0) resolve(performance.now() - start);
      });
    });
  }

  close() {
    this.peer.destroy();
  }
}
