import type { SignalMessage } from 'peer-session';
import { nickname } from '../util/nickname.js';
import { Hub } from './hub.js';
import type { Local, Offer, SharedFile, Transfer } from './model.js';
import { Signalling } from './signalling.js';
import type { Store } from './store.js';
import type { WireLog } from './wire-log.js';

export interface Surroundings {
  readonly store: Store;
  readonly wireLog: WireLog;
  readonly acceptsAutomatically: () => boolean;
}

/** What the page can do with the people it is connected to, in a room or in loopback. */
export interface Meeting {
  /** The sides a file can be shared from; more than one only in loopback. */
  readonly sides: readonly Local[];
  share(file: SharedFile, sideId: string | undefined): void;
  accept(offer: Offer): void;
  retry(transfer: Transfer): void;
  close(): void;
}

export interface RoomStatus {
  joined(name: string): void;
  offline(reason: string): void;
}

export function joinRoom(
  room: string,
  { store, wireLog, acceptsAutomatically }: Surroundings,
  status: RoomStatus,
): Meeting {
  const createdAt = Date.now();
  let hub: Hub | undefined;
  const signalling = new Signalling(room, {
    joined(id, peers) {
      // A new id after a reconnect: to the others this is someone new, and so are they to this side.
      hub?.close();
      const local: Local = { id, name: `${nickname(id)} (you)` };
      hub = new Hub(
        {
          local,
          createdAt,
          sendSignal: (signal) => signalling.send(signal),
          iceServers: undefined,
          wireLog,
          channelName: (peerName) => peerName,
        },
        store,
        { acceptsAutomatically, shared: () => store.shared.values() },
      );
      for (const peer of peers) hub.addPeer(peer);
      status.joined(nickname(id));
    },
    peerJoined: (id) => hub?.addPeer(id),
    peerLeft: (id) => hub?.removePeer(id),
    signal: (signal) => hub?.handleSignal(signal),
    offline: (reason) => status.offline(reason),
  });
  return {
    sides: [],
    share: (file) => hub?.share(file),
    accept: (offer) => hub?.accept(offer),
    retry: ({ peerId, hash }) => hub?.askAgain(peerId, hash),
    close() {
      signalling.close();
      hub?.close();
    },
  };
}

/** Both peers in this page; signals are handed over directly, so no server and no STUN is needed. */
export function loopback({ store, wireLog, acceptsAutomatically }: Surroundings): Meeting {
  const sides: readonly Local[] = [
    { id: 'loopback-left', name: 'Left side' },
    { id: 'loopback-right', name: 'Right side' },
  ];
  const hubs = new Map<string, Hub>();
  const deliver = (signal: SignalMessage): void => {
    // A server would pass text on later. A shared object or a call inside a call would hide what depends on that.
    const copy = JSON.parse(JSON.stringify(signal)) as SignalMessage;
    queueMicrotask(() => hubs.get(copy.targetId)?.handleSignal(copy));
  };
  const sharedBy = new Map(sides.map(({ id }) => [id, new Map<string, SharedFile>()]));
  for (const local of sides) {
    const context = {
      local,
      createdAt: Date.now(),
      sendSignal: deliver,
      iceServers: [],
      wireLog,
      channelName: () => `at ${local.name}`,
    };
    const nameOf = (peerId: string): string => sides.find(({ id }) => id === peerId)?.name ?? peerId;
    const shared = (): Iterable<SharedFile> => sharedBy.get(local.id)?.values() ?? [];
    hubs.set(local.id, new Hub(context, store, { acceptsAutomatically, nameOf, shared }));
  }
  for (const { id } of sides) for (const other of sides) if (other.id !== id) hubs.get(id)?.addPeer(other.id);

  return {
    sides,
    share(file, sideId = 'loopback-left') {
      sharedBy.get(sideId)?.set(file.hash, file);
      hubs.get(sideId)?.share(file);
    },
    accept: (offer) => hubs.get(offer.localId)?.accept(offer),
    retry: ({ localId, peerId, hash }) => hubs.get(localId)?.askAgain(peerId, hash),
    close() {
      for (const hub of hubs.values()) hub.close();
    },
  };
}
