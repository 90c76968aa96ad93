import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Whether an address is one of these, or lies in a network of them (`192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`; all must be valid).
 * An IPv4 address in IPv6 form counts as IPv4, a zone is passed over. What is no address is in no network.
 */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const bare = address.split('%', 1)[0] ?? '';
  if (isIP(bare) === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', prefix] = network.split('/');
    const family = isIPv6(base) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(base, family);
    else list.addSubnet(base, Number(prefix), family);
  }
  return list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}
