/** A connection has a few dozen candidates at the most; a flood of them is somebody's mistake, or malice. */
const maxCandidates = 256;

/** Candidates that came before there was a remote description to add them to. */
export class CandidateBuffer {
  #candidates: RTCIceCandidateInit[] = [];

  add(candidate: RTCIceCandidateInit): void {
    if (this.#candidates.length < maxCandidates) this.#candidates.push(candidate);
  }

  /** IPv6 first: such a path needs no address translation, and is worth trying before the others. */
  takeAll(): RTCIceCandidateInit[] {
    const candidates = this.#candidates;
    this.#candidates = [];
    return [...candidates.filter(isIPv6), ...candidates.filter((candidate) => !isIPv6(candidate))];
  }
}

/** The address is the fifth field of the candidate attribute (RFC 8839, section 5.1). */
function isIPv6({ candidate }: RTCIceCandidateInit): boolean {
  return candidate?.split(' ')[4]?.includes(':') ?? false;
}
