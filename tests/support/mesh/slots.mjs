/** So many works at a time; the others wait in the order in which they came. */
export class Slots {
  #count;
  #free;
  #waiting = [];

  constructor(count) {
    this.#count = count;
    this.#free = count;
  }

  get isIdle() {
    return this.#free === this.#count && this.#waiting.length === 0;
  }

  /** `work` has a slot until the promise that it returns settles. */
  take(work) {
    this.#waiting.push(work);
    this.#fill();
  }

  #fill() {
    while (this.#free > 0 && this.#waiting.length > 0) {
      this.#free -= 1;
      void this.#waiting
        .shift()()
        .then(() => this.#release());
    }
  }

  #release() {
    this.#free += 1;
    this.#fill();
  }
}
