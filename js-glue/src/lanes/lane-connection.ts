import type { Clock } from '../api/options.js';
import { Listeners } from '../basics/listeners.js';
import type { ChannelPort } from '../channel/channel-port.js';
import { Gathering } from '../connection/gathering.js';
import { untilUsable } from '../connection/usable.js';

export interface LaneEvents {
  /** This side's description, with its candidates. */
  described(sdp: string): void;
  /** It could not be made, or carries nothing any more; maybe told again, and after it was closed. */
  lost(): void;
}

/** What of a lane may go on without it. */
export interface LaneParts {
  pc: RTCPeerConnection;
  port: ChannelPort;
  clock: Clock;
}

/**
 * How long a description waits for its candidates, in milliseconds: none is sent after it, and a lane that comes late costs nothing
 * but its help.
 */
const gatheringTime = 2_000;

/** A further connection to the peer with its one channel: descriptions go in and out, one of each side. */
export class LaneConnection {
  readonly port: ChannelPort;
  readonly #pc: RTCPeerConnection;
  readonly #events: LaneEvents;
  readonly #listeners: Listeners;
  readonly #gathering: Gathering;
  #closed = false;

  constructor({ pc, port, clock }: LaneParts, events: LaneEvents) {
    this.port = port;
    this.#pc = pc;
    this.#events = events;
    this.#gathering = new Gathering(pc, clock, gatheringTime);
    this.#listeners = new Listeners(pc);
    this.#listeners.on('icecandidate', (event) => {
      if (!(event as RTCPeerConnectionIceEvent).candidate) this.#gathering.end();
    });
    this.#listeners.on('datachannel', (event) => {
      // On the side that offers, the port has its own, and closes this one.
      port.attach((event as RTCDataChannelEvent).channel, untilUsable(pc));
    });
    this.#listeners.on('connectionstatechange', () => {
      if (['failed', 'closed'].includes(pc.connectionState)) events.lost();
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
    this.#listeners.removeAll();
    this.port.close();
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
      await work();
    } catch {
      this.#events.lost();
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
