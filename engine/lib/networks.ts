import { BlockList, isIP, isIPv6 } from 'node:net';

/** Whether an address is one of these, or lies in a network of them; see longestPrefix. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  return longestPrefix(address, networks) !== null;
}

/**
 * The bits of the most exact of these networks that holds the address (`192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`; all must be valid), counted
 * as in IPv6, so that entries of both kinds compare; null when none does. An IPv4 address in IPv6 form counts as IPv4, a zone is passed over.
 * What is no address is in no network.
 */
export function longestPrefix(address: string, networks: readonly string[]): number | null {
  const bare = address.split('%', 1)[0] ?? '';
  if (isIP(bare) === 0) return null;
  let longest: number | null = null;
  for (const network of networks) {
    const [base = '', prefix] = network.split('/');
    const family = isIPv6(base) ? 'ipv6' : 'ipv4';
    const bits = Number(prefix ?? (family === 'ipv6' ? 128 : 32));
    const list = new BlockList();
    list.addSubnet(base, bits, family);
    const comparable = family === 'ipv6' ? bits : bits + 96;
    if (list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4') && comparable > (longest ?? -1)) longest = comparable;
  }
  return longest;
}
