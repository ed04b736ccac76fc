/** What tells the peer connection that made a description from any other. */
export interface PeerIdentity {
  /** Of the certificates, which a connection keeps for life. */
  fingerprints: string;
  /** User name and session id of the `o=` line, which all descriptions of one connection have in common (RFC 8829, 5.2). */
  origin: string;
  /** User fragment and password, which change with a restart of ICE. */
  ice: string;
}

/** Undefined for what is no description of a connection; whoever applies it will say so. */
export function identityOf(sdp: string): PeerIdentity | undefined {
  const origin = /^o=(\S+ \S+) /m.exec(sdp)?.[1];
  const fingerprints = valuesOf(sdp, /^a=fingerprint:(.*)$/gm).toLowerCase();
  if (origin === undefined || fingerprints === '') return undefined;
  return { origin, fingerprints, ice: valuesOf(sdp, /^a=ice-(?:ufrag|pwd):(.*)$/gm) };
}

/**
 * Two connections that share a certificate differ in the other two. Both are looked at since libdatachannel gives each of its
 * descriptions a new origin (seen in node-datachannel 0.33).
 */
export function isSamePeer(one: PeerIdentity, other: PeerIdentity): boolean {
  return one.fingerprints === other.fingerprints && (one.origin === other.origin || one.ice === other.ice);
}

/** Once each, in one order: they may stand for the whole session or with each medium. */
function valuesOf(sdp: string, attribute: RegExp): string {
  return [...new Set(Array.from(sdp.matchAll(attribute), ([, value]) => (value ?? '').trim()))].sort().join(' ');
}
