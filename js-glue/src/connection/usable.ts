/**
 * When a channel that the peer has made takes messages; undefined: when it says so.
 *
 * Chromium calls such a channel open before it is, and drops what is sent until then without a word: on a busy machine the
 * first message of one connection in a hundred (seen in 156, whose statistics then count no message as sent). What opens it
 * is under way by the time of its event, and a question that goes the same way comes back behind it.
 */
export function untilUsable(pc: RTCPeerConnection): Promise<unknown> | undefined {
  const { getStats } = pc as Partial<RTCPeerConnection>;
  if (!getStats) return undefined;
  // What is thrown at once, or is no promise, is an answer, too.
  return new Promise((resolve) => {
    resolve(getStats.call(pc));
  }).catch(() => undefined);
}
