// The package: one batch of files.
import { commonTime, openSession } from './session.mjs';

export class PackageLink {
  progress = [];
  #session;
  #left = 0;
  #pullAt = 1;
  #offered = [];
  #started;
  #done;
  #fail;

  constructor(side, options, emit) {
    this.opened = new Promise((resolve) => {
      this.#session = openSession(side, options, emit, {
        connected: () => resolve(),
        offered: ({ transferId }) => this.#offer(transferId),
        image: () => this.#arrived(),
        failed: (id) => this.#fail(new Error(`${id} did not arrive`)),
      });
    });
    this.#session.addEventListener('progress', ({ direction, bytes }) => {
      if (direction === (side === 'a' ? 'send' : 'receive')) this.progress.push([bytes, commonTime()]);
    });
  }

  start() {
    return this.#session.start();
  }

  handleSignal(signal) {
    return this.#session.handleSignal(signal);
  }

  send(files) {
    for (const { blob, hash } of files) this.#session.sendImage(blob, hash);
  }

  /** With `fromClick` the time runs from the first pull, and not from here on. */
  receive(sizes, fromClick = false) {
    this.#left = sizes.length;
    this.#pullAt = sizes.length > 100 ? sizes.length : 1;
    if (this.#pullAt === 1 && !fromClick) this.#started = performance.now();
    return new Promise((resolve, reject) => {
      this.#done = () => resolve(performance.now() - this.#started);
      this.#fail = reject;
    });
  }

  close() {
    this.#session.close();
  }

  #offer(transferId) {
    this.#offered.push(transferId);
    // Many small files: first all offers, then all pulls, so that only transfers are timed.
    if (this.#offered.length < this.#pullAt) return;
    this.#started ??= performance.now();
    for (const id of this.#offered) this.#session.pullFile(id);
    this.#offered = [];
  }

  #arrived() {
    this.#left -= 1;
    if (this.#left === 0) this.#done();
  }
}
