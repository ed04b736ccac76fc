// @ts-check
import { Ending, exitCodes } from './exit-codes.mjs';
import { Room } from './room.mjs';

/** Between the end of a connection and the server's word that somebody has left. */
const leavingMs = 1_000;

/**
 * What is done in a room: sending, or receiving.
 *
 * @typedef {object} Task
 * @property {(peer: import('./peer.mjs').Peer, transfers: import('../dist/transfers.js').Transfers) => void} [connected]
 * @property {import('./peer.mjs').PeerHandlers['offered']} [offered]
 * @property {import('./peer.mjs').PeerHandlers['requested']} [requested]
 * @property {() => void} [peersChanged] Somebody was lost, or has left.
 */

/** One's time in a room, from joining it to the one end. */
export class Stay {
  /** @type {Room | undefined} */
  #room;
  #hasJoined = false;
  #isServerLost = false;
  /** @type {NodeJS.Timeout | undefined} */
  #patience;
  /** @type {(code: number) => void} */
  #resolve = () => {};
  /** @type {(ending: Ending) => void} */
  #reject = () => {};

  /**
   * @param {{ server: URL, code: string, iceServers: RTCIceServer[] | undefined, waitMs: number | undefined }} place
   * @param {Awaited<ReturnType<typeof import('./requirements.mjs').loadRequirements>>} tools
   * @param {import('./output.mjs').Output} output
   */
  constructor(place, tools, output) {
    this.place = place;
    this.tools = tools;
    this.output = output;
    /** @type {Promise<number>} The exit code; rejects with an `Ending` that says more. */
    this.over = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get peers() {
    return this.#room?.peers ?? [];
  }

  /**
   * @param {Task} task
   * @param {() => void} joined For the first time.
   */
  begin(task, joined) {
    const { waitMs, server } = this.place;
    const { output } = this;
    if (waitMs !== undefined) {
      const ending = new Ending(exitCodes.unreachable, `Nothing happened within ${waitMs / 1000} s.`);
      this.#patience = setTimeout(() => this.#reject(ending), waitMs);
    }
    this.#room = new Room(this.place, this.tools, {
      joined: (isFirst) => {
        this.#hasJoined = true;
        if (this.#isServerLost) output.note('The server is back.');
        this.#isServerLost = false;
        if (isFirst) joined();
      },
      serverLost: (refusal, isFinal) => {
        const why = refusal === '' ? 'cannot be reached' : `refuses: ${refusal}`;
        if (!this.#hasJoined || isFinal) {
          this.#reject(new Ending(exitCodes.unreachable, `The server at ${server.href} ${why}`.replace(/\.?$/, '.')));
        } else if (!this.#isServerLost) {
          output.note(`The server at ${server.href} ${why}; it is tried again.`);
        }
        this.#isServerLost = true;
      },
      connected: (peer, transfers) => {
        output.note(`Connected to ${nameOf(peer)}.`);
        task.connected?.(peer, transfers);
      },
      offered: (peer, file) => task.offered?.(peer, file),
      requested: (peer, transfers, hash) => task.requested?.(peer, transfers, hash),
      interrupted: (peer) => output.note(`The connection to ${nameOf(peer)} is interrupted.`),
      lost: (peer, wasConnected) => {
        this.#tellLater(peer, wasConnected ? 'is lost' : 'could not be made');
        task.peersChanged?.();
      },
      left: (peer) => {
        output.note(`${nameOf(peer)} has left.`);
        task.peersChanged?.();
      },
    });
  }

  /**
   * Who leaves closes the connection first, which is nothing to tell.
   *
   * @param {import('./peer.mjs').Peer} peer
   * @param {string} what
   */
  #tellLater(peer, what) {
    const tell = () => {
      if (peer.isConnected || !this.peers.includes(peer)) return;
      this.output.note(`The connection to ${nameOf(peer)} ${what}; it is tried again.`);
    };
    setTimeout(tell, leavingMs).unref();
  }

  /** Something goes on: there is no reason to give up any more. */
  isOfUse() {
    clearTimeout(this.#patience);
  }

  /** @param {number} exitCode */
  end(exitCode) {
    this.#resolve(exitCode);
  }

  /** Says goodbye. */
  close() {
    clearTimeout(this.#patience);
    this.#room?.close();
  }
}

/**
 * The server makes the ids; nobody has to remember more of one.
 *
 * @param {import('./peer.mjs').Peer} peer
 */
export const nameOf = (peer) => `peer ${peer.id.slice(0, 6)}`;
