import type { ChannelPort } from '../channel/channel-port.js';
import type { LaneAction, LaneBundle, LaneHost, MakePort } from '../lanes/lanes.js';
import { HostedChannel, type Arrival } from './hosted-channel.js';

interface HostedLane {
  port: ChannelPort;
  channel: HostedChannel | undefined;
}

export interface HostedLaneEvents {
  /** The page is to do it, which has the connections. */
  perform(action: LaneAction): void;
  /** Its limit is wanted. */
  opened(lane: number, link: number): void;
}

/** The channels of lanes, whose connections are in the page. */
export class HostedLanes implements LaneBundle {
  readonly #host: LaneHost;
  readonly #makePort: MakePort;
  readonly #events: HostedLaneEvents;
  readonly #lanes = new Map<number, HostedLane>();

  constructor(host: LaneHost, makePort: MakePort, events: HostedLaneEvents) {
    this.#host = host;
    this.#makePort = makePort;
    this.#events = events;
  }

  perform(action: LaneAction): void {
    const { kind, lane } = action;
    if (kind === 'closeLane') this.#close(lane);
    else if (kind !== 'acceptLane') this.#make(lane);
    this.#events.perform(action);
  }

  port(lane: number): ChannelPort | undefined {
    return this.#lanes.get(lane)?.port;
  }

  release(): void {
    for (const { port } of this.#lanes.values()) port.release();
  }

  closeAll(): void {
    for (const lane of this.#lanes.keys()) {
      this.#close(lane);
      this.#events.perform({ kind: 'closeLane', lane });
    }
  }

  /** The page hands it over; one that comes too late is closed. */
  attach(lane: number, link: number, arrival: Arrival): void {
    const there = this.#lanes.get(lane);
    if (!there) {
      arrival.channel.close();
      return;
    }
    const channel = new HostedChannel(arrival, {
      opened: () => {
        this.#events.opened(lane, link);
      },
      ended() {},
    });
    there.channel ??= channel;
    there.port.attach(channel.channel, channel.usable, channel.waits);
    channel.begin();
  }

  usable(lane: number, limit: number | undefined): void {
    this.#lanes.get(lane)?.channel?.use(limit);
  }

  /** This side's description; an empty one: the page has lost it. */
  described(lane: number, description: string): void {
    if (description !== '') this.#host.tell('handleLane', lane, description);
    else if (this.#lanes.has(lane)) this.#lose(lane);
  }

  #make(lane: number): void {
    this.#close(lane);
    const lost = (): void => {
      if (this.#lanes.get(lane) !== made) return;
      this.#lose(lane);
      this.#events.perform({ kind: 'closeLane', lane });
    };
    const maxMessageSize = () => made.channel?.limit;
    const made: HostedLane = {
      port: this.#makePort(lane, { maxMessageSize, ended: lost, unusable: lost }),
      channel: undefined,
    };
    this.#lanes.set(lane, made);
  }

  #lose(lane: number): void {
    this.#close(lane);
    this.#host.tell('handleLane', lane, '');
  }

  #close(lane: number): void {
    this.#lanes.get(lane)?.port.close();
    this.#lanes.delete(lane);
  }
}
