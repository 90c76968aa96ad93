import { hostname, networkInterfaces } from 'node:os';

/** An address of this machine on a network, without its zone. */
type OwnAddress = { readonly address: string; readonly family: 'IPv4' | 'IPv6' };

/** Addresses of this machine that clients on its networks may connect to: no loopback, no link-local ones; IPv4 first. */
export function lanAddresses(): OwnAddress[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, internal }) => !internal && !address.startsWith('fe80:') && !address.startsWith('169.254.'))
    .map(({ address, family }) => ({ address, family }))
    .sort((a, b) => a.family.localeCompare(b.family));
}

/** Every name and address under which this machine can be reached from itself and its networks; the host name first. */
export function ownNames(): readonly [string, ...string[]] {
  return [hostname() || 'gatehouse', 'localhost', '127.0.0.1', '::1', ...lanAddresses().map(({ address }) => address)];
}
