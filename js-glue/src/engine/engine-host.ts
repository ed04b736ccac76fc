import type { Engine, RawOptions } from 'virtual:engine';
import type { Clock } from '../options.js';
import { afterThisTurn, TurnBudget } from '../turn.js';
import type { Action } from './action.js';
import { DeadlineTimer } from './deadline-timer.js';
import type { EngineInstance } from './runtime.js';

/** What the host's owner does for it. */
export interface HostEvents {
  /** Another turn of the event loop has begun. */
  turn(): void;
  perform(action: Action): void;
  /** No action waits any more. */
  settled(): void;
  /** The engine is gone without a word of its own: it trapped, or something around it threw. */
  failed(cause: unknown): void;
}

/** Nothing but calls of the engine: whatever is thrown here is taken for a trap. */
export type EngineCall = (engine: Engine, now: number) => void;

/**
 * One action takes 3 to 8 µs, most of it the channel's: 1,024 are half a frame. Only an end with thousands of files at
 * once, or a full outbox that begins to drain, brings more.
 */
const actionsPerTurn = 1024;

/** One engine object, its one timer, and the loop that carries out what it decides. */
export class EngineHost {
  readonly #instance: EngineInstance;
  readonly #clock: Clock;
  readonly #events: HostEvents;
  readonly #timer: DeadlineTimer;
  readonly #budget = new TurnBudget(actionsPerTurn);
  readonly #number: number;
  #engine: Engine | undefined;
  #draining = false;
  #paused = false;

  /** Check `isOver` after it: the engine may have failed to be made. */
  constructor(instance: EngineInstance, options: RawOptions, clock: Clock, events: HostEvents) {
    this.#instance = instance;
    this.#clock = clock;
    this.#events = events;
    const wake = (): void => {
      this.tell((engine, now) => {
        engine.handleTimeout(now);
      });
    };
    this.#timer = new DeadlineTimer(clock, () => {
      this.beginTurn();
      wake();
    });
    const abandon = (cause: unknown): void => {
      this.#engine = undefined;
      this.#timer.cancel();
      events.failed(cause);
      // Not within a call of another session's.
      if (!this.#draining) afterThisTurn(() => events.settled());
    };
    const member = instance.nextUser();
    this.#number = member;
    this.#engine = instance.call((module) => new module.Engine({ ...options, member }));
    if (this.#engine) instance.join(member, { abandon, wake });
  }

  get isOver(): boolean {
    return this.#engine === undefined;
  }

  /** Actions wait for the next turn. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Not every action has been carried out, so that the channel does not hold yet what the engine has counted. */
  get hasWaiting(): boolean {
    return this.#paused || this.#draining;
  }

  stats(): ReturnType<Engine['stats']> | undefined {
    return this.#call((engine) => engine.stats());
  }

  /** An event of the platform has begun another turn. */
  beginTurn(): void {
    this.#budget.renew();
    this.#events.turn();
  }

  /** A fact: what follows from it may go on in the next turns. */
  tell(fact: EngineCall): void {
    this.#input(fact);
    this.#drain(false);
  }

  /** A command: what follows from it is done when this returns. */
  command(command: EngineCall): void {
    this.#input(command);
    this.#drain(true);
  }

  /** Carries out all that waits, in this turn. */
  finish(): void {
    this.#drain(true);
  }

  /** The engine has said its last word. */
  release(): void {
    const engine = this.#engine;
    if (!engine) return;
    this.#engine = undefined;
    this.#timer.cancel();
    this.#instance.leave(this.#number);
    this.#instance.call(() => {
      engine.delete();
    });
  }

  #input(input: EngineCall): void {
    if (!this.#engine) return;
    this.#attempt(() => {
      const now = this.#clock.now();
      this.#call((engine) => input(engine, now));
    });
  }

  #drain(whole: boolean): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#paused = false;
    while (this.#engine) {
      if (!whole && !this.#budget.take()) {
        this.#pause();
        break;
      }
      const action = this.#call((engine) => engine.pollAction() as Action | undefined);
      if (!action) break;
      this.#attempt(() => {
        this.#events.perform(action);
      });
    }
    const deadline = this.isPaused ? undefined : this.#call((engine) => engine.nextDeadline());
    if (deadline !== undefined) {
      this.#attempt(() => {
        this.#timer.arm(deadline);
      });
    }
    this.#draining = false;
    if (!this.isPaused) this.#events.settled();
  }

  #pause(): void {
    this.#paused = true;
    afterThisTurn(() => {
      this.beginTurn();
      this.#drain(false);
    });
  }

  #call<T>(work: (engine: Engine) => T): T | undefined {
    const engine = this.#engine;
    return engine && this.#instance.call(() => work(engine));
  }

  /** What is thrown outside the engine, by a clock for one, ends this session; the instance is as sound as before. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (!this.#engine) return;
      this.release();
      this.#events.failed(cause);
    }
  }
}
