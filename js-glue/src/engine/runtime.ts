import { PeerSessionError } from '../api/errors.js';
import type { EngineModule } from './engine-module.js';

/** A session on an instance. */
export interface User {
  /** The instance was thrown away: nothing of it may be called again. */
  abandon: (cause: unknown) => void;
  /** Another session of its group has left it something to do. */
  wake: () => void;
}

/**
 * One instance of the WebAssembly, which all sessions of a page share.
 *
 * Whatever is thrown out of a call into it has left its memory as it was at that moment, in the middle of anything. So
 * nobody uses it any more: its sessions end, and the next one gets a new instance.
 */
export class EngineInstance {
  readonly #module: EngineModule;
  readonly #users = new Map<number, User>();
  #lastUser = 0;
  #failure: unknown;

  constructor(module: EngineModule) {
    this.#module = module;
  }

  /** What was thrown out of it, if it is not sound any more. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The work is nothing but calls into the instance; `undefined` means that it trapped, and every user has been told. */
  call<T>(work: (module: EngineModule) => T): T | undefined {
    try {
      return work(this.#module);
    } catch (cause) {
      this.#discard(cause);
      return undefined;
    }
  }

  /** A number for one that will join. */
  nextUser(): number {
    return ++this.#lastUser;
  }

  join(number: number, user: User): void {
    this.#users.set(number, user);
  }

  leave(number: number): void {
    this.#users.delete(number);
  }

  /** One that another has left something to do, each once. */
  nextWoken(): User | undefined {
    return this.#users.get(this.call((module) => module.nextWoken()) ?? 0);
  }

  #discard(cause: unknown): void {
    this.#failure = cause;
    if (current === this) current = undefined;
    const users = [...this.#users.values()];
    this.#users.clear();
    for (const user of users) user.abandon(cause);
  }
}

let provide: (() => EngineModule) | undefined;
let current: EngineInstance | undefined;

/** Says where the engine comes from; it is made when the first session needs it, so that importing costs nothing. */
export function provideEngine(provider: () => EngineModule): void {
  provide = provider;
}

/** @throws PeerSessionError `not-loaded`, or `webassembly-unavailable` with the reason. */
export function useEngine(): EngineInstance {
  if (current === undefined) {
    if (provide === undefined) throw new PeerSessionError('not-loaded');
    try {
      current = new EngineInstance(provide());
    } catch (cause) {
      throw new PeerSessionError('webassembly-unavailable', { cause });
    }
  }
  return current;
}
