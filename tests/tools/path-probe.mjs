// @ts-check
// Two ends of a connection over an emulated path, without a browser.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { headerBytes } from '../support/path-emulator.mjs';

export class Probe {
  /** @type {{sequence: number, from: number, time: number}[]} */
  received = [];
  #socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
  #wake = () => {};

  static async open(t) {
    const probe = new Probe();
    probe.#socket.bind(0, '127.0.0.1');
    await once(probe.#socket, 'listening');
    t.after(() => probe.#socket.close());
    return probe;
  }

  /** @private Use {@link Probe.open}. */
  constructor() {
    this.#socket.on('message', (message, { port }) => {
      this.received.push({ sequence: message.readUInt32BE(0), from: port, time: performance.now() });
      this.#wake();
    });
  }

  get endpoint() {
    return { address: '127.0.0.1', port: this.#socket.address().port };
  }

  get sequences() {
    return this.received.map(({ sequence }) => sequence);
  }

  /** Packets that take so many bytes on the wire each, numbered; resolves when the kernel has them all. */
  async send(port, { count = 1, wireBytes = 1000, first = 0 } = {}) {
    for (let sequence = first; sequence < first + count; sequence += 1) {
      const content = Buffer.alloc(wireBytes - headerBytes);
      content.writeUInt32BE(sequence);
      await new Promise((resolve, reject) =>
        this.#socket.send(content, port, '127.0.0.1', (error) => (error ? reject(error) : resolve(undefined))),
      );
    }
  }

  async until(count) {
    while (this.received.length < count) await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
  }
}

/** A path with one flow and both of its ends. */
export async function joined(t, path) {
  const flow = await path.addFlow();
  const [caller, hidden] = [await Probe.open(t), await Probe.open(t)];
  await flow.hide(hidden.endpoint);
  return { flow, caller, hidden };
}

/**
 * Until the path has seen so many packets in this direction and holds none any more.
 *
 * @param {import('../support/path-emulator.mjs').Path} path
 * @param {'toHidden' | 'toCaller'} direction
 */
export async function through(path, direction, packets) {
  for (;;) {
    const statistics = (await path.statistics())[direction];
    if (statistics.arrived.packets >= packets && statistics.waiting === 0) return statistics;
  }
}
