import { decode, encode } from './messages.mjs';

/** A bus in this process. Usually one server is on it, and talks to nobody. */
export class MemoryHub {
  /** @type {Map<string | symbol, Map<object, (bytes: Buffer) => void>>} */
  #channels = new Map();

  /** @returns {import('./bus.mjs').Bus} */
  connect() {
    const listeners = (channel) => this.#channels.get(channel);
    const place = {};
    const publish = (channel, message) => {
      const others = [...(listeners(channel) ?? [])].filter(([other]) => other !== place);
      if (others.length === 0) return false;
      const bytes = Buffer.from(encode(channel, message));
      // Later, as from any other bus: nobody is called back out of a call.
      queueMicrotask(() => {
        for (const [other] of others) listeners(channel)?.get(other)?.(bytes);
      });
      return true;
    };
    return {
      status: 'connected',
      publish,
      ask: (room, message) => Promise.resolve(publish(room, message)),
      subscribe: (channel, handler) => {
        if (!this.#channels.has(channel)) this.#channels.set(channel, new Map());
        listeners(channel).set(place, (bytes) => {
          const message = decode(channel, bytes);
          if (message) handler(message);
        });
        return () => {
          listeners(channel)?.delete(place);
          if (listeners(channel)?.size === 0) this.#channels.delete(channel);
        };
      },
      onStatus: () => {},
      close: () => Promise.resolve(),
    };
  }
}
