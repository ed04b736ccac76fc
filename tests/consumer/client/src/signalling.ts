import { isSignal, type Signal } from './signal';

/** Tabs of one browser find each other without a server, which would carry the same JSON. */
export class TabSignalling {
  /** What was heard and is no signal. */
  readonly dropped: string[] = [];
  readonly #id: string;
  readonly #channel = new BroadcastChannel('gallery');

  constructor(id: string, hear: (signal: Signal) => void) {
    this.#id = id;
    this.#channel.onmessage = ({ data }: MessageEvent<string>) => {
      const message: unknown = JSON.parse(data);
      if (!isSignal(message)) this.dropped.push(data);
      else if (!('targetId' in message) || message.targetId === undefined || message.targetId === id) hear(message);
    };
  }

  /** Says to all, or to one, that this peer is here. */
  join(targetId?: string): void {
    this.send({ type: 'join', senderId: this.#id, peerId: this.#id, ...(targetId === undefined ? {} : { targetId }) });
  }

  leave(): void {
    this.send({ type: 'leave', senderId: this.#id, peerId: this.#id });
  }

  send(signal: Signal): void {
    this.#channel.postMessage(JSON.stringify(signal));
  }
}
