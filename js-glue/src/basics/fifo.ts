/** First in, first out, at the same small cost however long it is: taking from the front of an array moves the rest. */
export class Fifo<T> {
  #front: (T | undefined)[] = [];
  #at = 0;
  #back: T[] = [];

  get size(): number {
    return this.#front.length - this.#at + this.#back.length;
  }

  /** The one that `shift` takes. */
  get first(): T | undefined {
    return this.#at < this.#front.length ? this.#front[this.#at] : this.#back[0];
  }

  push(item: T): void {
    this.#back.push(item);
  }

  shift(): T | undefined {
    if (this.#at === this.#front.length) {
      this.#front = this.#back;
      this.#back = [];
      this.#at = 0;
    }
    const item = this.#front[this.#at];
    if (this.#at < this.#front.length) this.#front[this.#at++] = undefined;
    return item;
  }

  clear(): void {
    this.#front = [];
    this.#back = [];
    this.#at = 0;
  }
}
