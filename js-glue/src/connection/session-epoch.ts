/**
 * Says in each description which session object made it, so that a connection that is made anew for the same session is told from
 * one of a page that was reloaded. What nobody knows in a description is passed over (RFC 8866, section 5.13).
 */
const attribute = 'a=peer-session-epoch:';

/**
 * Of the session as a whole, and so before the first medium. What is no description stays as it is: an application's tests may have
 * connections that describe themselves in their own way.
 */
export function withEpoch(sdp: string, epoch: string): string {
  if (!sdp.startsWith('v=')) return sdp;
  const medium = /^m=/m.exec(sdp)?.index ?? sdp.length;
  return `${sdp.slice(0, medium)}${attribute}${epoch}\r\n${sdp.slice(medium)}`;
}

/** Undefined: whoever made it does not say. */
export function epochOf(sdp: string): string | undefined {
  return /^a=peer-session-epoch:([0-9a-f]{1,256})\r?$/m.exec(sdp)?.[1];
}
