import type { Line } from './line.js';
import type { Call, Look, ToPage } from './messages.js';

/** How long what is only worth a look may wait for other news, in milliseconds: twenty times a second look smooth. */
const aWhile = 50;

/** What a host tells its page: together what one turn brings, and seldom what is only progress, since each message is work for the page. */
export class News {
  readonly #line: Line;
  readonly #state: () => Look;
  #waiting: Call<ToPage>[] = [];
  #transfer: Transferable[] = [];
  /** Of each transfer that runs, what was not told. */
  readonly #progress = new Map<string, Call<ToPage> | undefined>();
  #isHeard = false;
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
    const calls: Call<ToPage>[] = [['state', isOpen, this.#isHeard, stats]];
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

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, aWhile);
  }
}
