import type { Clock } from '../api/options.js';
import { Listeners } from '../basics/listeners.js';
import type { ChannelPort } from '../channel/channel-port.js';
import { isThenable } from '../basics/thenable.js';
import { Gathering } from '../connection/gathering.js';
import type { PeerConnectionMeans } from '../connection/negotiation.js';
import { untilUsable } from '../connection/usable.js';

export interface LaneEvents {
  /** This side's description, with its candidates. */
  described(sdp: string): void;
  /** It could not be made, or carries nothing any more; maybe told again, and after it was closed. */
  lost(): void;
}

export interface LaneConnectionMeans extends PeerConnectionMeans {
  clock: Clock;
}

/** What of a lane may go on without it. */
export interface LaneParts {
  means: LaneConnectionMeans;
  port: ChannelPort;
}

/**
 * How long a description waits for its candidates, in milliseconds: none is sent after it, and a lane that comes late costs nothing
 * but its help.
 */
const gatheringTime = 2_000;

/** A further connection to the peer with its one channel: descriptions go in and out, one of each side. */
export class LaneConnection {
  readonly port: ChannelPort;
  readonly #means: LaneConnectionMeans;
  readonly #events: LaneEvents;
  /** While the application is asked for its servers; all steps come after that. */
  readonly #ready: Promise<void> | undefined;
  #pc!: RTCPeerConnection;
  #gathering!: Gathering;
  #listeners: Listeners | undefined;
  #closed = false;

  /** @throws PeerSessionError where the servers are known, and the connection cannot be made. */
  constructor({ means, port }: LaneParts, events: LaneEvents) {
    this.port = port;
    this.#means = means;
    this.#events = events;
    // Whatever keeps the servers back, the session's first connection has told.
    const configuration = means.configure(() => undefined);
    if (isThenable(configuration)) {
      this.#ready = configuration.then((known) => {
        if (!this.#closed) this.#make(known);
      });
    } else {
      this.#make(configuration);
    }
  }

  get maxMessageSize(): number | undefined {
    return this.#pc.sctp?.maxMessageSize;
  }

  #make(configuration: RTCConfiguration): void {
    const pc = this.#means.makePeerConnection(configuration);
    this.#pc = pc;
    this.#gathering = new Gathering(pc, this.#means.clock, gatheringTime);
    this.#listeners = new Listeners(pc);
    this.#listeners.on('icecandidate', (event) => {
      if (!(event as RTCPeerConnectionIceEvent).candidate) this.#gathering.end();
    });
    this.#listeners.on('datachannel', (event) => {
      // On the side that offers, the port has its own, and closes this one.
      this.port.attach((event as RTCDataChannelEvent).channel, untilUsable(pc));
    });
    this.#listeners.on('connectionstatechange', () => {
      if (['failed', 'closed'].includes(pc.connectionState)) this.#events.lost();
    });
  }

  offer(channelLabel: string): void {
    void this.#attempt(async () => {
      this.port.attach(this.#pc.createDataChannel(channelLabel, { ordered: true }));
      await this.#describe('offer', await this.#pc.createOffer());
    });
  }

  answer(offer: string): void {
    void this.#attempt(async () => {
      await this.#pc.setRemoteDescription({ type: 'offer', sdp: offer });
      await this.#describe('answer', await this.#pc.createAnswer());
    });
  }

  accept(answer: string): void {
    void this.#attempt(() => this.#pc.setRemoteDescription({ type: 'answer', sdp: answer }));
  }

  /** No description of it is told any more, whatever the platform still does. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.port.close();
    if (!this.#listeners) return;
    this.#listeners.removeAll();
    this.#gathering.end();
    try {
      this.#pc.close();
    } catch {
      // Nothing listens to what is left of it.
    }
  }

  async #describe(type: 'offer' | 'answer', { sdp: own = '' }: RTCSessionDescriptionInit): Promise<void> {
    if (this.#closed) return;
    const { sdp } = await this.#gathering.describe({ type, sdp: own });
    if (!this.#isClosed()) this.#events.described(sdp);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      if (this.#ready) await this.#ready;
      if (!this.#isClosed()) await work();
    } catch {
      this.#events.lost();
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
