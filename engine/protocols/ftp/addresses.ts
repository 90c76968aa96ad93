import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';
import type { Clock } from '../../lib/clock.ts';

/** Whose address is whose: what PASV announces, and who may use a data port. */

const local = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  local.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  local.addSubnet(network, prefix, 'ipv6');
}

/** An address as the kernel names it, in one form: IPv4 in IPv6 notation as plain IPv4, without a zone. */
export function plainAddress(address: string): string {
  const withoutZone = address.split('%', 1)[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone);
  return mapped?.[1] ?? withoutZone;
}

/** Whether a plain address is of this machine or a private network (RFC 1918, 6598, 4193, link-local). */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && local.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** The 227 reply's numbers (RFC 959 §4.1.2): four of the IPv4 address, two of the port. */
export function passiveNumbers(address: string, port: number): string {
  return [...address.split('.'), port >> 8, port & 0xff].join(',');
}

/** Address and port of a PORT argument (RFC 959 §4.1.2), such as `192,0,2,7,200,13`; null for anything else. */
export function parsePort(argument: string): { readonly address: string; readonly port: number } | null {
  if (!/^\d{1,3}(?:,\d{1,3}){5}$/.test(argument)) return null;
  const numbers = argument.split(',').map(Number);
  if (numbers.some((number) => number > 255)) return null;
  const [high = 0, low = 0] = numbers.slice(4);
  return { address: numbers.slice(0, 4).join('.'), port: high * 256 + low };
}

/**
 * Address and port of an EPRT argument (RFC 2428 §2), such as `|2|2001:db8::7|5282|`. `unknown protocol` for a network protocol other
 * than IPv4 (1) and IPv6 (2), null for what cannot be read.
 */
export function parseExtendedPort(argument: string): { readonly address: string; readonly port: number } | 'unknown protocol' | null {
  const delimiter = argument[0];
  if (delimiter === undefined || !/[!-/:-~]/.test(delimiter)) return null;
  const [before, protocol = '', address = '', port = '', after, ...more] = argument.split(delimiter);
  if (before !== '' || after !== '' || more.length > 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) return null;
  if (protocol !== '1' && protocol !== '2') return /^\d+$/.test(protocol) ? 'unknown protocol' : null;
  if (isIP(address) !== (protocol === '1' ? 4 : 6)) return null;
  return { address: plainAddress(address), port: Number(port) };
}

/** Whether two plain addresses are the same machine, however an IPv6 address is abbreviated. */
export function isSameAddress(one: string, other: string): boolean {
  const version = isIP(one);
  if (version === 0 || version !== isIP(other)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return new SocketAddress({ address: one, family }).address === new SocketAddress({ address: other, family }).address;
}

const RESOLVED_FOR_MS = 60_000;

/**
 * The address that peers outside the local networks are told to connect to. A host name (dynamic DNS) is looked up anew every
 * minute; while that fails the last result stands, and without one the answer is null.
 */
export class PublicAddress {
  readonly #configured: string;
  readonly #clock: Clock;
  #resolved: { readonly address: string; readonly atMs: number } | null = null;

  /** `configured`: an IPv4 address, a host name, or empty. */
  constructor(configured: string, clock: Clock) {
    this.#configured = configured.trim();
    this.#clock = clock;
  }

  /** The IPv4 address to announce to `peer` (plain) who connected to `own` (plain). */
  async announcedTo(peer: string, own: string): Promise<string> {
    if (this.#configured === '' || isPrivateAddress(peer)) return own;
    return (await this.#resolve()) ?? own;
  }

  async #resolve(): Promise<string | null> {
    if (isIPv4(this.#configured)) return this.#configured;
    const now = this.#clock.now();
    if (this.#resolved === null || now - this.#resolved.atMs > RESOLVED_FOR_MS) {
      const found = await lookup(this.#configured, { family: 4 }).catch(() => null);
      if (found !== null) this.#resolved = { address: found.address, atMs: now };
    }
    return this.#resolved?.address ?? null;
  }
}
