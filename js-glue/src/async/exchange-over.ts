import { systemClock, type Clock, type PeerSessionOptions } from '../api/options.js';
import type { PartialStore } from '../api/partial-store.js';
import type { TransfersOptions } from '../api/transfers.js';
import { PeerSessionError } from '../api/errors.js';
import { BroughtChannels } from '../connection/brought-channels.js';
import { MemoryPartialStore } from '../files/memory-partial-store.js';
import { ifGiven, requireObject } from '../session/arguments.js';
import { Exchange, type ExchangeNews } from '../session/exchange.js';
import { checkOptions } from '../session/option-checks.js';

/** What a path of 1 Gbit/s and 30 ms holds, or one of 100 Mbit/s and 300. */
const pullsAhead = 4 * 1024 * 1024;

/** An hour: whoever offers awaits its delivery, and is not to be told that nobody wants it while somebody is asked. */
const offerTimeout = 3_600_000;

/** What one has begun to bring another may finish: one store for all that live by the same clock. */
const partialStores = new WeakMap<Clock, PartialStore>();

function partialStoreFor(clock: Clock): PartialStore {
  const there = partialStores.get(clock) ?? new MemoryPartialStore({ clock });
  partialStores.set(clock, there);
  return there;
}

/** What is nobody's business until somebody listens. */
const quiet = (): ExchangeNews => {
  const nothing = () => undefined;
  return {
    state: nothing,
    opened: nothing,
    closed: nothing,
    peerSeen: nothing,
    offer: nothing,
    withdrawn: nothing,
    syncRequested: nothing,
    inventory: nothing,
    fileRequested: nothing,
    // What was pulled is wanted.
    mayReceive: (answer) => {
      answer(true);
    },
    delivered: nothing,
    received: nothing,
    failed: nothing,
    pulled: nothing,
    pullPaused: nothing,
    uploadEnded: nothing,
    progress: nothing,
    reported: nothing,
  };
};

/** An exchange on channels that are attached to it. `label` names it in the log. @throws TypeError for a wrong argument. */
export function exchangeOver(label: string, given: TransfersOptions | null | undefined): Exchange {
  ifGiven(given, requireObject, 'options');
  const options: PeerSessionOptions = {
    ...given,
    maxFileSize: given?.maxFileSize ?? Infinity,
    offerTimeout: given?.offerTimeout ?? offerTimeout,
    pullsAhead: given?.pullsAhead ?? pullsAhead,
    partialStore: given?.partialStore === undefined ? partialStoreFor(given?.clock ?? systemClock) : given.partialStore,
    // Nobody makes their connections.
    maxLanes: 0,
    RTCPeerConnection: false,
    group: false,
  };
  checkOptions(options);
  return new Exchange({
    options,
    peerName: label,
    createdAt: undefined,
    signer: undefined,
    group: undefined,
    means: {
      clock: options.clock ?? systemClock,
      configure: () => ({}),
      makePeerConnection: () => {
        throw new PeerSessionError('webrtc-unavailable');
      },
      channelLabel: label,
    },
    connect: (events) => new BroughtChannels(events),
    news: quiet(),
  });
}
