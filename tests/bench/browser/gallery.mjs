// The package as a gallery uses it: everything is offered as soon as there is a connection, and pulled as it is offered.
import { commonTime, openSession } from './session.mjs';

export class GalleryLink {
  #session;
  #connected;
  /** When each image was there. */
  #images = [];
  #check = () => {};
  /** @type {(error: Error) => void} */
  #fail = () => {};

  constructor(side, options, emit, files) {
    this.opened = new Promise((resolve) => {
      this.#session = openSession(side, options, emit, {
        connected: (session) => {
          this.#connected = commonTime();
          for (const { blob, hash } of files) session.sendImage(blob, hash);
          resolve();
        },
        offered: ({ transferId }) => this.#session.pullFile(transferId),
        image: () => {
          this.#images.push(commonTime());
          this.#check();
        },
        failed: (id) => this.#fail(new Error(`${id} did not arrive`)),
      });
    });
  }

  start() {
    return this.#session.start();
  }

  handleSignal(signal) {
    return this.#session.handleSignal(signal);
  }

  connected() {
    return this.#connected;
  }

  /** Resolves with the time of each image when so many are here. */
  images(count) {
    return new Promise((resolve, reject) => {
      this.#check = () => this.#images.length >= count && resolve(this.#images);
      this.#fail = reject;
      this.#check();
    });
  }

  close() {
    this.#session.close();
  }
}
