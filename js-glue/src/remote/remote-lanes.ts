import { Lanes, type ChannelEvents, type LaneAction, type LaneHost, type LaneMeans } from '../lanes/lanes.js';
import type { ChannelPort } from '../channel/channel-port.js';

type Limit = () => number | undefined;

export interface RemoteLaneEvents {
  handOver(
    lane: number,
    link: number,
    channel: RTCDataChannel,
    usable: Promise<unknown> | undefined,
    limit: Limit,
  ): void;
  use(lane: number, link: number, limit: Limit): void;
  /** This side's description; an empty one: it is lost. */
  described(lane: number, description: string): void;
}

/** The connections of lanes, whose channels are handed over. Loaded when there is to be one. */
export class RemoteLanes {
  readonly #lanes: Lanes;
  readonly #events: RemoteLaneEvents;
  readonly #ports = new Map<number, HandingPort>();

  constructor(means: LaneMeans, events: RemoteLaneEvents) {
    this.#events = events;
    const host: LaneHost = {
      tell: (_input, lane, description) => {
        events.described(lane, description);
      },
    };
    this.#lanes = new Lanes(means, host, (lane, { maxMessageSize }: ChannelEvents) => {
      const port = new HandingPort((channel, usable) => {
        events.handOver(lane, 0, channel, usable, maxMessageSize);
      }, maxMessageSize);
      this.#ports.set(lane, port);
      return port as unknown as ChannelPort;
    });
  }

  perform(action: LaneAction): void {
    this.#lanes.perform(action);
    if (action.kind === 'closeLane') this.#ports.delete(action.lane);
  }

  opened(lane: number, link: number): void {
    const port = this.#ports.get(lane);
    if (!port) return;
    void Promise.resolve(port.usable).then(() => {
      this.#events.use(lane, link, port.limit);
    });
  }

  closeAll(): void {
    this.#lanes.closeAll();
    this.#ports.clear();
  }
}

/** Of a lane's port only what its connection needs: it gets the channel, of which nothing stays here. */
class HandingPort {
  usable: Promise<unknown> | undefined;
  readonly limit: Limit;
  readonly #handOver: (channel: RTCDataChannel, usable: Promise<unknown> | undefined) => void;

  constructor(handOver: (channel: RTCDataChannel, usable: Promise<unknown> | undefined) => void, limit: Limit) {
    this.#handOver = handOver;
    this.limit = limit;
  }

  attach(channel: RTCDataChannel, usable?: Promise<unknown>): void {
    this.usable = usable;
    this.#handOver(channel, usable);
  }

  close(): void {}
}
