import type { ChannelPort, PortEvents } from '../channel/channel-port.js';
import type { ActionOf } from '../engine/action.js';
import { LaneConnection, type LaneConnectionMeans } from './lane-connection.js';

export type LaneAction = ActionOf<'openLane' | 'answerLane' | 'acceptLane' | 'closeLane'>;

/** How a lane's connection is made: as the session's first one. */
export interface LaneMeans extends LaneConnectionMeans {
  channelLabel: string;
}

/** What a channel of a session has of its own, beside what it brings and takes. */
export interface ChannelEvents extends Pick<PortEvents, 'ended' | 'unusable'> {
  /** Asked when it opens. */
  maxMessageSize: () => number | undefined;
}

/** The engine, as far as lanes speak to it. */
export interface LaneHost {
  tell(input: 'handleLane', lane: number, description: string): void;
}

export type MakePort = (lane: number, events: ChannelEvents) => ChannelPort;

/** What the driver needs of lanes, wherever their connections are. */
export interface LaneBundle {
  perform(action: LaneAction): void;
  /** Undefined where there is none, or it is lost. */
  port(lane: number): ChannelPort | undefined;
  /** Hands on what was held, of all. */
  release(): void;
  closeAll(): void;
}

/** The channels of a session beside its first one, each on a connection of its own. Loaded when there is to be one. */
export class Lanes implements LaneBundle {
  readonly #means: LaneMeans;
  readonly #host: LaneHost;
  readonly #makePort: MakePort;
  readonly #lanes = new Map<number, LaneConnection>();

  constructor(means: LaneMeans, host: LaneHost, makePort: MakePort) {
    this.#means = means;
    this.#host = host;
    this.#makePort = makePort;
  }

  perform(action: LaneAction): void {
    const { kind, lane } = action;
    if (kind === 'closeLane') this.#close(lane);
    else if (kind === 'acceptLane') this.#lanes.get(lane)?.accept(action.description);
    else if (kind === 'answerLane') this.#make(lane)?.answer(action.description);
    else this.#make(lane)?.offer(this.#means.channelLabel);
  }

  port(lane: number): ChannelPort | undefined {
    return this.#lanes.get(lane)?.port;
  }

  release(): void {
    for (const { port } of this.#lanes.values()) port.release();
  }

  closeAll(): void {
    for (const lane of this.#lanes.keys()) this.#close(lane);
  }

  #make(lane: number): LaneConnection | undefined {
    this.#close(lane);
    try {
      const lost = () => {
        if (this.#lanes.get(lane) === connection) this.#lose(lane);
      };
      const maxMessageSize = () => connection.maxMessageSize;
      const port = this.#makePort(lane, { maxMessageSize, ended: lost, unusable: lost });
      const described = (sdp: string) => this.#host.tell('handleLane', lane, sdp);
      const connection = new LaneConnection({ means: this.#means, port }, { described, lost });
      this.#lanes.set(lane, connection);
      return connection;
    } catch {
      this.#lose(lane);
      return undefined;
    }
  }

  #lose(lane: number): void {
    this.#close(lane);
    this.#host.tell('handleLane', lane, '');
  }

  #close(lane: number): void {
    this.#lanes.get(lane)?.close();
    this.#lanes.delete(lane);
  }
}
