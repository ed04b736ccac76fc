/** What else a mock description may say. */
export interface MockSdpOptions {
  /** Counts the restarts of ICE: other credentials. Default 0. */
  generation?: number;
  /** Of the session, in the line of its origin. Default 2. */
  version?: number;
  /** The id in the line of its origin, for an implementation that does not keep it. Default: the connection's. */
  origin?: number;
}

/**
 * A description of connection number `id` in the form of RFC 8829: what tells connections apart, origin, credentials and certificate,
 * is as in a browser's, and there is nothing else in it.
 */
export function mockSdp(
  type: string,
  id: number,
  { generation = 0, version = 2, origin = id }: MockSdpOptions = {},
): string {
  return [
    'v=0',
    `o=- ${origin} ${version} IN IP4 127.0.0.1`,
    `s=mock ${type}`,
    `a=ice-ufrag:${id}.${generation}`,
    `a=ice-pwd:secret of ${id}.${generation}`,
    `a=fingerprint:sha-256 ${String(id).padStart(2, '0')}:AF`,
    '',
  ].join('\r\n');
}

/** The number of the connection that a description is of; NaN for none. */
export function idOf(description: { sdp?: string | undefined } | null | undefined): number {
  return Number(/a=fingerprint:sha-256 0*(\d+):/.exec(description?.sdp ?? '')?.[1]);
}

const hostCandidate = (address: string, port: number): string =>
  `candidate:1 1 udp 2122260223 ${address} ${port} typ host generation 0 ufrag mock`;

/** The candidates that each mock connection gathers: one of either family, at addresses that are nobody's. */
export const mockCandidates: Readonly<Record<'ipv4' | 'ipv6', string>> = {
  ipv4: hostCandidate('192.0.2.7', 50_000),
  ipv6: hostCandidate('2001:db8::7', 50_001),
};
