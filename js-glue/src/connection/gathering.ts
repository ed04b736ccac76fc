import type { Clock } from '../api/options.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';

/**
 * How long a description waits for this side's candidates, in milliseconds. Those of the machine itself are there within some
 * ten; what a STUN server says comes after its round trip, and goes out alone if that takes longer.
 */
const moment = 100;

/**
 * This side's candidates from when a description of it is made until that goes out: what it carries needs no signal of its
 * own. A signalling server that counts the messages of a page drops what exceeds its count.
 */
export class Gathering {
  readonly #pc: RTCPeerConnection;
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #timer: DeadlineTimer;
  #held: RTCIceCandidateInit[] | undefined;
  #isDone: () => void = () => {};

  /** @param patience - How long a description waits, in milliseconds. */
  constructor(pc: RTCPeerConnection, clock: Clock, patience = moment) {
    this.#pc = pc;
    this.#clock = clock;
    this.#patience = patience;
    this.#timer = new DeadlineTimer(clock, () => {
      this.#isDone();
    });
  }

  /** Whether it is kept for the description that is being made. */
  hold(candidate: RTCIceCandidateInit): boolean {
    return !!this.#held?.push(candidate);
  }

  /** No more will come, or none is wanted. */
  end(): void {
    this.#timer.cancel();
    this.#isDone();
  }

  /** Applies the description. Resolves with it as it is a moment later, and with the candidates that are not in it. */
  async describe(init: RTCLocalSessionDescriptionInit): Promise<{ sdp: string; rest: RTCIceCandidateInit[] }> {
    this.#held = [];
    try {
      const done = new Promise<void>((resolve) => (this.#isDone = resolve));
      await this.#pc.setLocalDescription(init);
      if (this.#pc.iceGatheringState !== 'complete') {
        this.#timer.arm(this.#clock.now() + this.#patience);
        await done;
      }
      const sdp = this.current() || (init.sdp ?? '');
      return { sdp, rest: this.#held.filter(({ candidate }) => !candidate || !sdp.includes(addressOf(candidate))) };
    } finally {
      this.#held = undefined;
      // The last candidate may have come before the timer was set.
      this.#timer.cancel();
    }
  }

  /** The description of this side, with the candidates that are known. */
  current(): string {
    return this.#pc.localDescription?.sdp ?? '';
  }
}

/** Up to the type of the candidate: what follows is not the same in a description (RFC 8839, section 5.1). */
function addressOf(candidate: string): string {
  return candidate.split(' ').slice(0, 8).join(' ');
}
