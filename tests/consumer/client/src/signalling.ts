import type { Signal } from './mesh';

type Message = { kind: 'here' | 'hello'; from: string; to?: string } | { kind: 'signal'; to: string; signal: Signal };

interface Hears {
  peer(id: string): void;
  signal(signal: Signal): void;
}

/** Tabs of one browser find each other without a server. */
export class TabSignalling {
  readonly #id: string;
  readonly #channel = new BroadcastChannel('gallery');

  constructor(id: string, hears: Hears) {
    this.#id = id;
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind !== 'here' && data.to !== id) return;
      if (data.kind === 'signal') {
        hears.signal(data.signal);
        return;
      }
      if (data.kind === 'here') this.#post({ kind: 'hello', from: id, to: data.from });
      hears.peer(data.from);
    };
  }

  announce(): void {
    this.#post({ kind: 'here', from: this.#id });
  }

  send(signal: Signal): void {
    this.#post({ kind: 'signal', to: signal.targetId, signal });
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
