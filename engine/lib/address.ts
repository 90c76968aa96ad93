import { isIPv4, isIPv6 } from 'node:net';

/** An address in one form: IPv4 in IPv6 clothes as plain IPv4, without a zone. What is no address stays as it is. */
export function bareAddress(address: string): string {
  const bare = address.split('%', 1)[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  return mapped ?? bare;
}

/**
 * Whom an address stands for when something is shared out fairly: an IPv4 address itself, of an IPv6 address its /64, because one
 * subscriber holds all of it. IPv4 addresses in IPv6 form are IPv4 addresses.
 */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  const bare = address.split('%')[0] ?? address;
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return `${[...before, ...Array.from({ length: gap }, () => '0'), ...after].slice(0, 4).join(':')}::/64`;
}

/** True for the names and addresses of this machine itself that a listener may be bound to without being reachable from outside. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
