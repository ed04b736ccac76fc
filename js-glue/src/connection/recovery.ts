import type { Clock } from '../api/options.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';

export interface RecoveryEvents {
  /** The connection may be saved: look for another way to the peer. */
  restart(): void;
  /** Nothing saves it. */
  lost(): void;
  /** The connection that is to take its place does not come about: make another one. */
  again(): void;
}

/**
 * A path that is away for a moment, as in a handover between two cells, comes back by itself: Chromium calls it disconnected after
 * some 5 s without an answer. All in milliseconds.
 */
const aMoment = 2_000;
/** The side that would not offer waits for the other, which may see it later. */
const afterYou = 3_000;
/** A round trip through signalling, and the checks of ICE. */
const untilLost = 6_000;
/** One attempt at a new connection; each next one gets half as long again, up to the longest. */
const firstAttempt = 6_000;
const longestAttempt = 15_000;
/** A connection that fails at once is not made anew at once. */
const pause = 1_000;

type Phase = 'well' | 'away' | 'restarting' | 'renewing';

/** When something is done about a connection that does not carry any more. What is done, its owner knows. */
export class Recovery {
  readonly #clock: Clock;
  readonly #timer: DeadlineTimer;
  readonly #events: RecoveryEvents;
  readonly #offers: boolean;
  #phase: Phase = 'well';
  #attempt = firstAttempt;

  /** @param offers - This side is the one that offers. */
  constructor(clock: Clock, offers: boolean, events: RecoveryEvents) {
    this.#clock = clock;
    this.#offers = offers;
    this.#events = events;
    this.#timer = new DeadlineTimer(clock, () => {
      this.#isDue();
    });
  }

  /** Of the connection that counts. */
  state(state: RTCPeerConnectionState): void {
    switch (state) {
      case 'connected':
        this.#phase = 'well';
        this.#attempt = firstAttempt;
        this.#timer.cancel();
        break;
      case 'disconnected':
        if (this.#phase === 'well') this.#enter('away', this.#offers ? aMoment : aMoment + afterYou);
        break;
      case 'failed':
      case 'closed':
        if (this.#phase === 'renewing') this.#enter('renewing', pause);
        else this.#events.lost();
        break;
      default:
        break;
    }
  }

  /** Another connection is being made. */
  renewing(): void {
    this.#enter('renewing', this.#attempt);
    this.#attempt = Math.min(this.#attempt * 1.5, longestAttempt);
  }

  stop(): void {
    this.#timer.cancel();
  }

  #enter(phase: Phase, time: number): void {
    this.#phase = phase;
    this.#timer.cancel();
    this.#timer.arm(this.#clock.now() + time);
  }

  #isDue(): void {
    switch (this.#phase) {
      case 'away':
        this.#enter('restarting', untilLost);
        this.#events.restart();
        break;
      case 'restarting':
        this.#events.lost();
        break;
      case 'renewing':
        // The other side's offers bring this one on.
        if (this.#offers) this.#events.again();
        break;
      case 'well':
        break;
    }
  }
}
