// The channel's own ceiling: bytes that cost nothing to make, sent in a loop and counted on arrival.
import { Connection, drained } from './connect.mjs';

export class RawLink extends Connection {
  constructor(side, { chunk, high = 1024 * 1024, low = 512 * 1024 }, emit) {
    super(side, emit);
    this.chunk = chunk;
    this.high = high;
    this.low = low;
  }

  async send(files) {
    const buffer = new Uint8Array(this.chunk);
    for (const { blob } of files) {
      for (let left = blob.size; left > 0; left -= this.chunk) {
        this.channel.send(left < this.chunk ? buffer.subarray(0, left) : buffer);
        if (this.channel.bufferedAmount >= this.high) await drained(this.channel, this.low);
      }
    }
  }

  receive(sizes) {
    let left = sizes.reduce((sum, size) => sum + size, 0);
    const start = performance.now();
    return new Promise((resolve) => {
      this.channel.onmessage = ({ data }) => {
        left -= data.byteLength;
        if (left === 0) resolve(performance.now() - start);
      };
    });
  }
}

/** The same in one direction or both, where each begins when the other side asks for it. */
export class RawPulledLink extends RawLink {
  #left = 0;
  #done = () => {};

  constructor(side, options, emit) {
    super(side, options, emit);
    this.pulled = new Promise((resolve) => {
      void this.opened.then(() => {
        this.channel.onmessage = ({ data }) => {
          if (typeof data === 'string') return resolve();
          this.#left -= data.byteLength;
          if (this.#left === 0) this.#done();
        };
      });
    });
  }

  async send(files) {
    await this.pulled;
    await super.send(files);
  }

  receive(sizes) {
    this.#left = sizes.reduce((sum, size) => sum + size, 0);
    const start = performance.now();
    this.channel.send('pull');
    return new Promise((resolve) => {
      this.#done = () => resolve(performance.now() - start);
    });
  }
}

/**
 * What the wire allows for many small files: one request, then for each file a text as long as its `meta` and its bytes, in
 * a loop that reads, checks and waits for nothing but the channel.
 */
export class RawImagesLink extends Connection {
  constructor(side, _options, emit) {
    super(side, emit);
    this.pulled = this.opened.then(
      () => new Promise((resolve) => this.channel.addEventListener('message', resolve, { once: true })),
    );
  }

  async send(files) {
    const meta = 'm'.repeat(260);
    await this.pulled;
    for (const { blob } of files) {
      this.channel.send(meta);
      this.channel.send(new Uint8Array(blob.size));
      if (this.channel.bufferedAmount >= this.high) await drained(this.channel, this.low);
    }
  }

  receive(sizes) {
    let left = sizes.length;
    const start = performance.now();
    return new Promise((resolve) => {
      this.channel.onmessage = ({ data }) => {
        if (typeof data !== 'string') left -= 1;
        if (left === 0) resolve(performance.now() - start);
      };
      this.channel.send('pull');
    });
  }
}
