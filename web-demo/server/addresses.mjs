// Who is at the other end, as far as that can be known behind proxies.
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * What the farthest of `trusted` proxies wrote into a header to which each appends, or which only that one sets. What was
 * there before it came from the client, and may be anything.
 */
export function forwarded(headers, name, trusted) {
  if (trusted === 0) return undefined;
  const values = String(headers[name] ?? '')
    .split(',')
    .map((value) => value.trim());
  return values.at(-trusted) || values[0] || undefined;
}

/** The address that limits count by: one machine has one IPv4 address, but 2^64 of IPv6. */
export function clientAddress(request, trusted) {
  const told = forwarded(request.headers, 'x-forwarded-for', trusted);
  const address = told !== undefined && isIP(told) ? told : (request.socket.remoteAddress ?? '');
  const unmapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(unmapped) === 6 && !isLoopback(unmapped) ? networkOf(unmapped) : unmapped;
}

export function isLoopback(address) {
  const kind = isIP(address);
  return kind !== 0 && LOOPBACK.check(address, kind === 6 ? 'ipv6' : 'ipv4');
}

/** The first 64 bits. */
function networkOf(address) {
  const [head, tail] = address.replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
