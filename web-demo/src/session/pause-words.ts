/** What the side that sends says of a file that the other pulls, as the `kind` of an offer of nothing: to pause is the puller's. */
export type PauseNote = 'pause' | 'resume';

// The library tells the side that receives of a pause. The side that sends reads it on the wire, as docs/protocol.md has it.
const WORDS = /"type":"(?:transfer-pause|pull-request)"/;
const LONGEST = 1_000;

/** What a message of the peer says of pausing: `transfer-pause` sets a file aside, and a pull takes it up again. */
export function pauseIn(
  message: string | { readonly bytes: number },
): { transferId: string; isPaused: boolean } | undefined {
  if (typeof message !== 'string' || message.length > LONGEST || !WORDS.test(message)) return undefined;
  try {
    const { type, transferId } = JSON.parse(message) as Record<string, unknown>;
    return typeof transferId === 'string' ? { transferId, isPaused: type === 'transfer-pause' } : undefined;
  } catch {
    return undefined;
  }
}
