import type { EngineInput, EngineInputs, EngineModule, EngineOptions, Told } from './engine-module.js';
import { inputNumbers } from './inputs.js';
import type { EngineInstance, User } from './runtime.js';

/**
 * One engine in an instance that others use too. Its calls go through here one by one, with nothing else inside: whatever is
 * thrown out of one is a trap, after which nothing of the instance is called again.
 */
export class GuardedEngine {
  readonly #instance: EngineInstance;
  readonly #member: number;
  #engine: number | undefined;

  /** Check `isOver` after it: the engine may have failed to be made. */
  constructor(instance: EngineInstance, options: EngineOptions, group: number, user: User) {
    this.#instance = instance;
    const member = instance.nextUser();
    this.#member = member;
    this.#engine = instance.call((module) => module.newEngine(options, group, member));
    if (this.isOver) return;
    instance.join(member, {
      wake: user.wake,
      abandon: (cause) => {
        this.#engine = undefined;
        user.abandon(cause);
      },
    });
  }

  get isOver(): boolean {
    return this.#engine === undefined;
  }

  /** Undefined also when there is no engine any more. */
  call<T>(work: (module: EngineModule, engine: number) => T): T | undefined {
    const engine = this.#engine;
    return engine === undefined ? undefined : this.#instance.call((module) => work(module, engine));
  }

  tell<K extends EngineInput>(input: K, now: number, given: EngineInputs[K]): void {
    const told: Told[] = [];
    let value: unknown;
    for (const one of given) {
      if (typeof one === 'number' || typeof one === 'boolean') told.push(one);
      else value = one;
    }
    this.call((module, engine) => {
      module.tell(engine, inputNumbers[input], now, told[0], told[1], value);
    });
  }

  release(): void {
    const engine = this.#engine;
    if (engine === undefined) return;
    this.#engine = undefined;
    this.#instance.leave(this.#member);
    this.#instance.call((module) => {
      module.deleteEngine(engine);
    });
  }
}
