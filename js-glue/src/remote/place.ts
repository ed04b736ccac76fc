import { directLine, type Line } from './line.js';

/** A session's way to its host. */
export interface Lease {
  readonly line: Line;
  /** Nothing is said any more. */
  end(): void;
}

/** What hosts sessions in this thread. */
export interface Hosting {
  host(line: Line): void;
}

/** How long a Worker may take to say that it is there, in milliseconds; then the same code runs here. */
const patience = 10_000;
/** How long one without a session waits for the next, in milliseconds: what starting it takes is a few hundredths of a second. */
const idleTime = 10_000;

/** What the Worker says: of itself, or to the session of that number. */
export type WorkerMessage = 'ready' | 'unfit' | [number: number, calls: unknown];

/** A session whose host is, or may be, in the Worker. */
interface Tenant {
  /** The host's end of its line. */
  port: MessagePort;
  line: PageEnd;
  died: (cause: unknown) => void;
}

/**
 * The page's end of a line. A Worker answers by its own `postMessage`: that hands memory over, which a port of Chromium's copies.
 */
class PageEnd implements Line {
  onmessage: Line['onmessage'] = null;
  onmessageerror = null;
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (event) => this.onmessage?.(event);
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }

  close(): void {
    this.onmessage = null;
    this.#port.close();
  }
}

/**
 * Where hosts of sessions live: one Worker for all of a page, or the page itself where there can be none. A session speaks at once, into a
 * port that is handed on when it is known to whom; what it has said by then, its channel too, goes along.
 */
export class Place {
  readonly #makeWorker: () => Worker;
  readonly #loadHere: () => Promise<Hosting>;
  /** Once it is loaded. */
  #here: Hosting | undefined;
  readonly #tenants = new Map<number, Tenant>();
  #lastTenant = 0;
  #worker: Worker | undefined;
  #isReady = false;
  #isUnfit = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param makeWorker - It says `ready` when it can host.
   */
  constructor(makeWorker: () => Worker, loadHere: () => Promise<Hosting>) {
    this.#makeWorker = makeWorker;
    this.#loadHere = loadHere;
  }

  /** `died`: the host is gone, and answers nothing any more. */
  lease(where: 'here' | 'anywhere', died: (cause: unknown) => void): Lease {
    if (where === 'here' || !this.#hasWorker()) {
      const [line, other] = directLine();
      this.#hostHere(other, died);
      return {
        line,
        end: () => {
          line.close();
        },
      };
    }
    const { port1, port2: port } = new MessageChannel();
    const line = new PageEnd(port1);
    const number = ++this.#lastTenant;
    this.#tenants.set(number, { port, line, died });
    if (this.#isReady) this.#worker?.postMessage(number, [port]);
    return {
      line,
      end: () => {
        line.close();
        this.#tenants.delete(number);
        this.#rest();
      },
    };
  }

  /** The Worker cannot have what a session hands over: those to come stay here. */
  avoidWorker(): void {
    this.#isUnfit = true;
  }

  /** Starts it unless it is there. */
  #hasWorker(): boolean {
    if (this.#isUnfit || typeof Worker !== 'function' || typeof MessageChannel !== 'function') return false;
    if (this.#worker) {
      if (this.#isReady) clearTimeout(this.#timer);
      return true;
    }
    try {
      this.#start(this.#makeWorker());
      return true;
    } catch {
      // Not allowed here.
      this.#isUnfit = true;
      return false;
    }
  }

  #start(worker: Worker): void {
    this.#worker = worker;
    this.#isReady = false;
    worker.onmessage = (event: MessageEvent<WorkerMessage>) => {
      const { data } = event;
      if (data === 'ready') this.#open(worker);
      else if (data === 'unfit') this.#giveUp(worker);
      else this.#tenants.get(data[0])?.line.onmessage?.({ data: data[1] } as MessageEvent<unknown>);
    };
    worker.onerror = (event) => {
      // The page is told by the sessions.
      event.preventDefault();
      if (!this.#isReady) this.#giveUp(worker);
      else this.#bury(worker, event.error ?? new Error(event.message || 'The Worker failed.'));
    };
    this.#timer = setTimeout(() => {
      this.#giveUp(worker);
    }, patience);
  }

  #open(worker: Worker): void {
    clearTimeout(this.#timer);
    this.#isReady = true;
    for (const [number, { port }] of this.#tenants) worker.postMessage(number, [port]);
    this.#rest();
  }

  /** It cannot be started, or has no engine: all that was said to it is heard here. */
  #giveUp(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#isUnfit = true;
    this.#end();
    for (const { port, died } of this.#tenants.values()) this.#hostHere(port, died);
    this.#tenants.clear();
  }

  #bury(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#end();
    const tenants = [...this.#tenants.values()];
    this.#tenants.clear();
    for (const { died } of tenants) died(cause);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
  }

  #rest(): void {
    if (!this.#isReady || this.#tenants.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#end();
    }, idleTime);
  }

  #hostHere(line: Line, died: (cause: unknown) => void): void {
    if (this.#here) {
      this.#here.host(line);
      return;
    }
    void this.#loadHere().then((here) => {
      this.#here = here;
      here.host(line);
    }, died);
  }
}
