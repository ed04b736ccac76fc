import { PeerSessionError } from '../api/errors.js';
import { groupOf } from '../engine/groups.js';
import { useEngine } from '../engine/runtime.js';
import { PageContents } from '../files/contents.js';
import { MemoryStore } from '../files/memory-store.js';
import { sha256 } from '../files/sha256.js';
import { ChannelDriver } from './channel-driver.js';
import type { Drivers } from './driver.js';

/** On this thread, with the engine that this entry brings. */
export const driveHere: Drivers = {
  defaults() {
    const instance = useEngine();
    const defaults = instance.call((module) => module.defaultOptions());
    if (!defaults) throw new PeerSessionError('engine-failed', { cause: instance.failure });
    return defaults;
  },

  make({ events, options: { digest }, engine: options, group, held, partial, ...tools }) {
    const engine = { instance: useEngine(), options, group: group ? groupOf(group) : 0 };
    return new ChannelDriver(engine, events, {
      ...tools,
      makeStore: (size) => new MemoryStore(size),
      contents: new PageContents(held, partial, (cause) => {
        events.reported(new PeerSessionError('callback-failed', { cause }));
      }),
      hash: (content) => sha256(content, digest),
    });
  },
};
