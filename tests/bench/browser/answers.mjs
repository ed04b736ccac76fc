// The package with all that somebody waits for beside a large file: answers, small pictures, the end of what was cancelled.
import { commonTime, openSession } from './session.mjs';

const pong = '{"type":"pong"}';
/** A peer answers ten pings a second. */
const pauseMilliseconds = 150;

/** A wait that takes longer counts as this long, and is the last one of its kind in that stage. */
export const longestWait = 10_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `at` is from the beginning of all. */
async function repeated(milliseconds, one) {
  const begin = performance.now();
  const waits = [];
  for (let at = 0; at < milliseconds; at = performance.now() - begin) {
    const wait = await Promise.race([one(), pause(longestWait)]);
    waits.push({ at, wait: wait ?? longestWait });
    if (wait === undefined) break;
    await pause(pauseMilliseconds);
  }
  return waits;
}

/** Files are named by their place among those that were prepared, here or on the other side. */
export class AnswersLink {
  #session;
  #own;
  #offers = [];
  #events = new Events();

  /** The files are offered as soon as there is a connection. */
  constructor(side, options, emit, files) {
    const onWireMessage = (direction, message) => {
      if (direction === 'in' && message === pong) this.#events.tell('pong', performance.now());
    };
    this.opened = new Promise((resolve) => {
      this.#session = openSession(side, { ...options, onWireMessage }, emit, {
        connected: (session) => {
          this.#own = files.map(({ blob, hash }) => session.sendImage(blob, hash));
          resolve();
        },
        offered: (offer) => this.#events.tell(`offer ${this.#offers.push(offer)}`),
        image: ({ fileHash }) => this.#events.tell(`image ${fileHash}`, performance.now()),
      });
    });
    this.#session.addEventListener('progress', ({ transferId }) => this.#events.tell(`begin ${transferId}`));
    this.#session.addEventListener('transferend', ({ transferId, error }) =>
      this.#events.tell(`end ${transferId}`, { time: commonTime(), code: error?.peerReason ?? error?.code }),
    );
  }

  start() {
    return this.#session.start();
  }

  handleSignal(signal) {
    return this.#session.handleSignal(signal);
  }

  close() {
    this.#session.close();
  }

  /** Resolves when the other side has offered so many. */
  async offered(count) {
    if (count > 0) await this.#events.of(`offer ${count}`);
  }

  /** Resolves when the first bytes of the other side's file are here, which is pulled and never waited for. */
  async begin(place) {
    const { transferId } = this.#offers[place];
    this.#session.pullFile(transferId);
    await this.#events.of(`begin ${transferId}`);
  }

  /** Milliseconds from the pull to the image. */
  async pull(place) {
    const { transferId, hash } = this.#offers[place];
    const from = performance.now();
    this.#session.pullFile(transferId);
    return (await this.#events.of(`image ${hash}`)) - from;
  }

  /** One after the other, with pauses, for so long: milliseconds of each, and when it was pulled. */
  pullEach(places, milliseconds) {
    const left = [...places];
    return repeated(milliseconds, () => this.pull(left.shift()));
  }

  /** Milliseconds from each ping to its pong, for so long, and when it was sent. */
  pings(milliseconds) {
    return repeated(milliseconds, async () => {
      const from = performance.now();
      this.#events.forget('pong');
      this.#session.sendPing();
      return (await this.#events.of('pong')) - from;
    });
  }

  /** Gives one up and pulls another at once. `time` is the common one, `picture` milliseconds until that is here. */
  async cancelAndPull(place, picture) {
    const time = commonTime();
    this.#session.cancelPull(this.#offers[place].transferId);
    return { time, picture: await this.pull(picture) };
  }

  /** Resolves with the common time at which an own file has ended, and with the other side's reason. */
  ended(place) {
    return this.#events.of(`end ${this.#own[place]}`);
  }
}

/** What has happened by its name, also for who asks later. */
class Events {
  #known = new Map();

  of(name) {
    return this.#entry(name).promise;
  }

  tell(name, what) {
    this.#entry(name).resolve(what);
  }

  forget(name) {
    this.#known.delete(name);
  }

  #entry(name) {
    if (!this.#known.has(name)) {
      const entry = {};
      entry.promise = new Promise((resolve) => (entry.resolve = resolve));
      this.#known.set(name, entry);
    }
    return this.#known.get(name);
  }
}
