import { Fifo } from '../basics/fifo.js';
import { onRejection } from '../basics/thenable.js';
import { afterThisTurn, TurnBudget } from '../basics/turn.js';

type Callback = () => unknown;

/**
 * One that sends, or is told of a failure, takes 5 to 20 µs apart from what the application does in it: 256 are well under
 * the 16 ms of a frame. More than a few in one turn come only of callbacks that cause callbacks.
 */
const callbacksPerTurn = 256;

/**
 * Runs the user's callbacks after the engine's actions, one after the other, so that a callback may call any method of the
 * session; and lets none that throws, or rejects, disturb the rest.
 *
 * One turn of the event loop runs a bounded number of them, whatever they cause: the rest runs in the next, in order.
 */
export class CallbackQueue {
  readonly #report: (cause: unknown) => void;
  readonly #budget = new TurnBudget(callbacksPerTurn);
  readonly #waiting = new Fifo<Callback>();
  readonly #questions: Callback[] = [];
  #running = false;
  /** A task goes on with the rest. */
  #continued = false;

  constructor(report: (cause: unknown) => void) {
    this.#report = report;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  add(callback: Callback): void {
    this.#waiting.push(callback);
  }

  /** A callback whose answer is needed before the next input: it has its place, but does not wait for another turn. */
  ask(question: Callback): void {
    this.#questions.push(question);
    this.add(() => this.#questions.shift()?.());
  }

  /** Called from within a callback it returns at once: the outer run goes on with what was added. */
  run(): void {
    this.#run(0);
  }

  /** Whatever waits now has run when this returns, unless it is called from within a callback. */
  runAll(): void {
    this.#run(this.#waiting.size);
  }

  /** An event of the platform has begun another turn. */
  beginTurn(): void {
    if (!this.#running) this.#budget.renew();
  }

  /** The first `owed` run whatever the budget says. */
  #run(owed: number): void {
    if (this.#running) return;
    this.#running = true;
    for (let left = owed; this.#waiting.size > 0 && (left > 0 || this.#mayGoOn()); left--)
      this.#call(this.#waiting.shift());
    while (this.#questions.length > 0) this.#call(() => this.#questions.shift()?.());
    this.#running = false;
    if (this.#waiting.size > 0 && !this.#continued) this.#continue();
  }

  /** What waits for a task is not overtaken. */
  #mayGoOn(): boolean {
    return !this.#continued && this.#budget.take();
  }

  #continue(): void {
    this.#continued = true;
    afterThisTurn(() => {
      this.#continued = false;
      this.#budget.renew();
      this.run();
    });
  }

  #call(callback: Callback | undefined): void {
    try {
      onRejection(callback?.(), this.#report);
    } catch (cause) {
      this.#report(cause);
    }
  }
}
