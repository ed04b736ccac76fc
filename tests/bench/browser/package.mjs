// The package, through its public interface only.
import { PeerSession } from 'peer-session';

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
    const other = side === 'a' ? 'b' : 'a';
    this.opened = new Promise((resolve) => {
      this.#session = new PeerSession(
        side,
        other,
        { createdAt: Date.now() },
        emit,
        () => this.#arrived(),
        (id) => this.#fail(new Error(`${id} did not arrive`)),
        { canReceiveFrom: () => true },
        (type, _session, data) => {
          if (type === 'connected') resolve();
          if (type === 'offer-file') this.#offer(data.transferId);
        },
        undefined,
        undefined,
        [],
        options,
      );
    });
    this.#session.addEventListener('progress', ({ direction, bytes }) => {
      if (direction === (side === 'a' ? 'send' : 'receive'))
        this.progress.push([bytes, performance.timeOrigin + performance.now()]);
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
