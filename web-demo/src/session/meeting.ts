import type { SignalMessage } from 'peer-session/transfers';
import { texts } from '../texts/current.js';
import { nickname } from '../util/nickname.js';
import type { Connection } from './connection.js';
import { Hub, type Surprises } from './hub.js';
import { KeptServers } from './ice-servers.js';
import type { Local, Offer, SharedFile, Transfer } from './model.js';
import { inMemory, type Saver } from './saver.js';
import { Signalling } from './signalling.js';
import type { Store } from './store.js';
import type { WireLog } from './wire-log.js';

type Side = Pick<Local, 'side' | 'name'>;

/** A page in a room is one side; in loopback it is both. */
export const PAGE_SIDE: Side = { side: 'page', name: texts.people.you };
export const LOOPBACK_SIDES: readonly Local[] = [
  { id: 'loopback-left', side: 'loopback-left', name: texts.people.left },
  { id: 'loopback-right', side: 'loopback-right', name: texts.people.right },
];

export interface Surroundings extends Surprises {
  readonly store: Store;
  readonly wireLog: WireLog;
  readonly acceptsAutomatically: () => boolean;
  /** Default: into memory. */
  readonly saver?: Saver;
}

/** What the page can do with the people it is connected to, in a room or in loopback. */
export interface Meeting {
  share(file: SharedFile): void;
  /** Offers it to nobody any more, and ends what is under way of it. */
  withdraw(file: SharedFile): void;
  accept(offer: Offer): void;
  decline(offer: Offer): void;
  cancel(transfer: Transfer): void;
  pause(transfer: Transfer): void;
  resume(transfer: Transfer): void;
  tryAgain(transfer: Transfer): void;
  /** Whom that side can send something to that is no shared file, with `offer`. */
  connections(side: string): Connection[];
  close(): void;
}

export interface RoomStatus {
  joined(name: string): void;
  unreachable(): void;
  refused(code: string, message: string): void;
}

export function joinRoom(
  room: string,
  { store, wireLog, saver = inMemory, ...rest }: Surroundings,
  status: RoomStatus,
): Meeting {
  const createdAt = Date.now();
  let hub: Hub | undefined;
  const enter = (id: string): Hub => {
    const context = {
      local: { id, side: 'page', name: texts.people.thatIsYou(nickname(id)) },
      createdAt,
      sendSignal: (signal: SignalMessage) => signalling.send(signal),
      iceServers: servers.source,
      wireLog,
      channelName: (peerName: string) => peerName,
    };
    return new Hub(context, store, { saver, ...rest });
  };
  const servers = new KeptServers(() => signalling.send({ type: 'ice-servers' }));
  const signalling = new Signalling(room, {
    servers: (told) => servers.take(told),
    joined(id, peers) {
      if (hub?.local.id !== id) {
        // The first time, or a server that knows nothing of keys: to the others this is someone new.
        hub?.close();
        hub = enter(id);
      }
      hub.enter(peers);
      status.joined(nickname(id));
    },
    peerJoined: (id) => hub?.addPeer(id),
    peerLeft: (id) => hub?.removePeer(id),
    peerDropped: (id) => hub?.dropPeer(id),
    signal: (signal) => hub?.handleSignal(signal),
    unreachable: () => status.unreachable(),
    refused: (code, message) => status.refused(code, message),
  });
  return {
    ...actionsOf(() => hub),
    close() {
      signalling.close();
      hub?.close();
    },
  };
}

/** Both peers in this page; signals are handed over directly, so no server and no STUN is needed. */
export function loopback({ store, wireLog, saver = inMemory, ...rest }: Surroundings): Meeting {
  const sides = LOOPBACK_SIDES;
  /** By side, which is the id as well. */
  const hubs = new Map<string, Hub>();
  const deliver = (signal: SignalMessage): void => {
    // A server would pass text on later. A shared object or a call inside a call would hide what depends on that.
    const copy = JSON.parse(JSON.stringify(signal)) as SignalMessage;
    queueMicrotask(() => hubs.get(copy.targetId)?.handleSignal(copy));
  };
  const nameOf = (peerId: string): string => sides.find(({ id }) => id === peerId)?.name ?? peerId;
  for (const local of sides) {
    const context = {
      local,
      createdAt: Date.now(),
      sendSignal: deliver,
      iceServers: [],
      wireLog,
      channelName: () => texts.people.at(local.name),
    };
    hubs.set(local.id, new Hub(context, store, { saver, nameOf, ...rest }));
  }
  for (const { id } of sides) hubs.get(id)?.enter(sides.filter((other) => other.id !== id).map((other) => other.id));

  return {
    ...actionsOf((side) => hubs.get(side)),
    close() {
      for (const hub of hubs.values()) hub.close();
    },
  };
}

/** What is done with something of a side is done by the hub of that side. */
function actionsOf(hubOf: (side: string) => Hub | undefined): Omit<Meeting, 'close'> {
  return {
    share: (file) => hubOf(file.side)?.share(file),
    withdraw: (file) => hubOf(file.side)?.withdraw(file),
    accept: (offer) => hubOf(offer.side)?.accept(offer),
    decline: (offer) => hubOf(offer.side)?.decline(offer),
    cancel: (transfer) => hubOf(transfer.side)?.cancel(transfer),
    pause: (transfer) => hubOf(transfer.side)?.pause(transfer),
    resume: (transfer) => hubOf(transfer.side)?.resume(transfer),
    tryAgain: (transfer) => hubOf(transfer.side)?.tryAgain(transfer),
    connections: (side) => hubOf(side)?.connections ?? [],
  };
}
