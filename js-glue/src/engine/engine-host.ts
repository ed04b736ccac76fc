import type { Clock } from '../api/options.js';
import type { SessionStats } from '../api/types.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';
import { afterThisTurn, TurnBudget } from '../basics/turn.js';
import type { Action } from './action.js';
import { CallbackQueue } from './callback-queue.js';
import type { EngineInput, EngineInputs, EngineOptions } from './engine-module.js';
import { GuardedEngine } from './guarded-engine.js';
import type { EngineInstance } from './runtime.js';

/** What the host's owner does for it. */
export interface HostEvents {
  perform(action: Action): void;
  /** Bytes that the channel has not sent; undefined where there is no channel. */
  buffered(lane: number): number | undefined;
  /** What the channel holds was told late, since not all that the engine had sent was in it. */
  caughtUp(lane: number): void;
  /** Every action has been carried out and every callback run, as far as this turn goes: the next message may be taken. */
  ready(): void;
  /** The engine is gone without a word of its own: it trapped, or something around it threw. */
  failed(cause: unknown): void;
  /** A callback threw, or rejected. */
  callbackFailed(cause: unknown): void;
}

/**
 * One action takes 3 to 8 µs, most of it the channel's: 1,024 are half a frame. Only an end with thousands of files at
 * once, or a full outbox that begins to drain, brings more.
 */
const actionsPerTurn = 1024;

/** One engine, its one timer, the loop that carries out what it decides, and then the user's callbacks. */
export class EngineHost {
  readonly #instance: EngineInstance;
  readonly #clock: Clock;
  readonly #events: HostEvents;
  readonly #engine: GuardedEngine;
  readonly #timer: DeadlineTimer;
  readonly #callbacks: CallbackQueue;
  readonly #budget = new TurnBudget(actionsPerTurn);
  #draining = false;
  #paused = false;
  /** What these channels hold was not told, since not all that the engine sent had reached them. */
  readonly #owed = new Set<number>();

  /** Check `isOver` after it: the engine may have failed to be made. */
  constructor(instance: EngineInstance, options: EngineOptions, group: number, clock: Clock, events: HostEvents) {
    this.#instance = instance;
    this.#clock = clock;
    this.#events = events;
    this.#callbacks = new CallbackQueue((cause) => {
      events.callbackFailed(cause);
    });
    this.#timer = new DeadlineTimer(clock, () => {
      this.beginTurn();
      this.note('handleTimeout');
    });
    this.#engine = new GuardedEngine(instance, options, group, {
      wake: () => {
        this.note('handleTimeout');
      },
      abandon: (cause) => {
        this.#timer.cancel();
        events.failed(cause);
        // Not within a call of another session's.
        if (!this.#draining) afterThisTurn(() => this.#settle());
      },
    });
  }

  get isOver(): boolean {
    return this.#engine.isOver;
  }

  /** Actions wait for the next turn. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** What the first channel holds; negative: not known, since not all that the engine has sent has reached it. */
  get held(): number {
    return this.#hasWaiting ? -1 : (this.#events.buffered(0) ?? 0);
  }

  /** No message can come or go any more, and no other channel helps. */
  get isChannelOver(): boolean {
    return this.#engine.call((module, engine) => module.isChannelOver(engine)) ?? true;
  }

  stats(): SessionStats | undefined {
    return this.#engine.call((module, engine) => module.stats(engine));
  }

  /** An event of the platform has begun another turn. */
  beginTurn(): void {
    this.#budget.renew();
    this.#callbacks.beginTurn();
  }

  // --- Inputs ---------------------------------------------------------------------------------------------------------

  /** A fact, after which the engine may send: it is told first what the channel holds. More may follow in the next turns. */
  tell<K extends EngineInput>(input: K, ...given: EngineInputs[K]): void {
    this.#input(this.#amount(0), input, given);
    this.#drain(false);
  }

  /** What that channel brings, after which the engine may send on it. */
  tellText(text: string, lane: number): void {
    this.#input(this.#amount(lane), 'handleText', [text, lane]);
    this.#drain(false);
  }

  /** The channel may have drained. */
  tellAmount(lane: number): void {
    this.#input(this.#amount(lane));
    this.#drain(false);
  }

  /** A fact, after which the engine sends nothing that could not wait until the channel is known to have room. */
  note<K extends EngineInput>(input: K, ...given: EngineInputs[K]): void {
    this.#input(undefined, input, given);
    this.#drain(false);
  }

  /** A command, told as a fact is: what follows from it is done when this returns. */
  command<K extends EngineInput>(input: K, ...given: EngineInputs[K]): void {
    this.#input(this.#amount(0), input, given);
    this.#drain(true);
  }

  /** A command to end, after which the engine sends nothing. */
  conclude<K extends EngineInput>(input: K, ...given: EngineInputs[K]): void {
    this.#input(undefined, input, given);
    this.#drain(true);
  }

  /** Carries out all that waits, in this turn. */
  finish(): void {
    this.#drain(true);
  }

  /** The engine has said its last word. */
  release(): void {
    this.#timer.cancel();
    this.#engine.release();
  }

  // --- Callbacks ------------------------------------------------------------------------------------------------------

  /** The application's code, after the actions so far. */
  later(callback: () => unknown): void {
    this.#callbacks.add(callback);
  }

  /** Likewise, and its answer is needed before the next input. */
  ask(question: () => unknown): void {
    this.#callbacks.ask(question);
  }

  /** For what comes of no input. While actions are being carried out, they run after those. */
  runCallbacks(): void {
    if (!this.#draining) this.#callbacks.run();
  }

  /** Whatever waits now has been told when this returns, unless it is called from within a callback. */
  runAllCallbacks(): void {
    this.#callbacks.runAll();
  }

  // --- The loop -------------------------------------------------------------------------------------------------------

  get #hasWaiting(): boolean {
    return this.#paused || this.#draining;
  }

  /** Undefined while it would not be true: then it is owed. */
  #amount(lane: number): EngineInputs['handleBufferedAmount'] | undefined {
    const amount = this.#events.buffered(lane);
    if (amount === undefined) return undefined;
    if (!this.#hasWaiting) return [amount, lane];
    this.#owed.add(lane);
    return undefined;
  }

  #input<K extends EngineInput>(
    amount: EngineInputs['handleBufferedAmount'] | undefined,
    input?: K,
    given?: EngineInputs[K],
  ): void {
    if (this.isOver) return;
    this.#attempt(() => {
      const now = this.#clock.now();
      if (amount) this.#engine.tell('handleBufferedAmount', now, amount);
      if (input && given) this.#engine.tell(input, now, given);
    });
  }

  #drain(whole: boolean): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#paused = false;
    while (!this.isOver) {
      if (!whole && !this.#budget.take()) {
        this.#pause();
        break;
      }
      const action = this.#engine.call((module, engine) => module.pollAction(engine));
      if (!action) break;
      this.#attempt(() => {
        this.#events.perform(action);
      });
    }
    const deadline = this.isPaused ? undefined : this.#engine.call((module, engine) => module.nextDeadline(engine));
    if (deadline !== undefined) {
      this.#attempt(() => {
        this.#timer.arm(deadline);
      });
    }
    this.#draining = false;
    if (!this.isPaused) this.#settle();
  }

  #pause(): void {
    this.#paused = true;
    afterThisTurn(() => {
      this.beginTurn();
      this.#drain(false);
    });
  }

  /** No action waits any more. */
  #settle(): void {
    if (this.#owed.size > 0) {
      const lanes = [...this.#owed];
      this.#owed.clear();
      for (const lane of lanes) this.#input(this.#amount(lane));
      this.#drain(false);
      for (const lane of lanes) this.#events.caughtUp(lane);
    }
    this.#wakeOthers();
    // The outer run goes on with the callbacks; and no message overtakes the one that answers for the message before it.
    if (this.#callbacks.isRunning) return;
    this.#callbacks.run();
    this.#events.ready();
  }

  /** After the news so far: what another session announces comes because of what has ended here. */
  #wakeOthers(): void {
    for (let user = this.#instance.nextWoken(); user; user = this.#instance.nextWoken()) {
      this.#callbacks.add(user.wake);
    }
  }

  /** What is thrown outside the engine, by a clock for one, ends this session; the instance is as sound as before. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (this.isOver) return;
      this.release();
      this.#events.failed(cause);
    }
  }
}
