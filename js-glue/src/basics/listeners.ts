/**
 * The listeners a session adds to one object of the platform, which may outlive it. Removed by hand: with the `signal` of an
 * AbortController, Node 20 keeps all but the last one of an object when a garbage collection came before the abort.
 */
export class Listeners {
  readonly #target: EventTarget;
  #added: [type: string, listener: (event: Event) => void][] = [];

  constructor(target: EventTarget) {
    this.#target = target;
  }

  on(type: string, listener: (event: Event) => void): void {
    this.#target.addEventListener(type, listener);
    this.#added.push([type, listener]);
  }

  removeAll(): void {
    for (const [type, listener] of this.#added) this.#target.removeEventListener(type, listener);
    this.#added = [];
  }
}
