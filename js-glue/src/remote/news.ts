import type { SessionStats } from '../api/types.js';
import type { Line } from './line.js';
import type { Call, Look, ToPage } from './messages.js';

/** How long what is only worth a look may wait for other news, in milliseconds: a bar that moves ten times a second moves. */
const aWhile = 100;

/** What a host tells its page: together what one turn brings, and seldom what is only progress, since each message is work for the page. */
export class News {
  readonly #line: Line;
  readonly #state: () => Look;
  #waiting: Call<ToPage>[] = [];
  #transfer: Transferable[] = [];
  /** Of each transfer that runs, what was not told. */
  readonly #progress = new Map<string, Call<ToPage> | undefined>();
  #isHeard = false;
  #saidStats: string | undefined;
  #isDue = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line, state: () => Look) {
    this.#line = line;
    this.#state = state;
  }

  tell(call: Call<ToPage>, transfer: Transferable[] = []): void {
    this.#waiting.push(call);
    this.#transfer.push(...transfer);
    if (this.#line.isDirect) {
      this.flush();
    } else if (!this.#isDue) {
      this.#isDue = true;
      queueMicrotask(() => {
        this.flush();
      });
    }
  }

  /** The first one and the last are told at once; of those between, the last that waits. */
  progress(direction: 'send' | 'receive', transferId: string, bytes: number, size: number): void {
    const call: Call<ToPage> = ['progress', direction, transferId, bytes, size];
    const key = `${direction} ${transferId}`;
    if (this.#line.isDirect) {
      this.tell(call);
    } else if (bytes === size || !this.#progress.has(key)) {
      this.#progress.set(key, undefined);
      this.tell(call);
    } else {
      this.#progress.set(key, call);
      this.#soon();
    }
  }

  /** The transfer has ended. */
  forget(direction: 'send' | 'receive', transferId: string): void {
    this.#progress.delete(`${direction} ${transferId}`);
  }

  heard(): void {
    this.#isHeard = true;
    if (this.#line.isDirect) this.flush();
    else this.#soon();
  }

  /** The session stands otherwise, maybe. */
  touched(): void {
    if (!this.#line.isDirect) this.#soon();
  }

  flush(): void {
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [isOpen, stats] = this.#state();
    const calls: Call<ToPage>[] = [['state', isOpen, this.#isHeard, this.#news(stats)]];
    for (const [key, call] of this.#progress) {
      if (call) calls.push(call);
      this.#progress.set(key, undefined);
    }
    calls.push(...this.#waiting);
    const transfer = this.#transfer;
    this.#waiting = [];
    this.#transfer = [];
    this.#isHeard = false;
    this.#line.postMessage(calls, transfer);
  }

  /** Undefined where they are as they were told. */
  #news(stats: SessionStats | undefined): SessionStats | undefined {
    const said = JSON.stringify(stats);
    if (said === this.#saidStats) return undefined;
    this.#saidStats = said;
    return stats;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, aWhile);
  }
}
