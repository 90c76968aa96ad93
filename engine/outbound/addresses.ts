import { BlockList, isIP, isIPv6, SocketAddress } from 'node:net';

/** What kind of place an IP address is, as far as it decides whether a rule may connect to it. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'link-local' | 'metadata' | 'multicast' | 'unspecified';

type Net = readonly [address: string, prefix: number];

/** First match counts, so the exact addresses of cloud metadata services stand before the ranges around them. */
const KINDS: readonly (readonly [AddressKind, readonly Net[]])[] = [
  [
    'metadata',
    [
      ['169.254.169.254', 32],
      ['169.254.170.2', 32],
      ['100.100.100.200', 32],
      ['168.63.129.16', 32],
      ['192.0.0.192', 32],
      ['fd00:ec2::254', 128],
      ['fd20:ce::254', 128],
    ],
  ],
  [
    'unspecified',
    [
      ['0.0.0.0', 8],
      ['::', 128],
    ],
  ],
  [
    'loopback',
    [
      ['127.0.0.0', 8],
      ['::1', 128],
    ],
  ],
  [
    'link-local',
    [
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ],
  ],
  [
    'multicast',
    [
      ['224.0.0.0', 4],
      // Reserved, with the broadcast address.
      ['240.0.0.0', 4],
      ['ff00::', 8],
    ],
  ],
  [
    'private',
    [
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
      ['198.18.0.0', 15],
      ['fc00::', 7],
      ['fec0::', 10],
    ],
  ],
];

const LISTS = KINDS.map(([kind, nets]) => {
  const list = new BlockList();
  for (const [address, prefix] of nets) list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  return { kind, list };
});

/** Prefixes of IPv6 addresses that carry an IPv4 address, and the group of 16 bits at which it starts. */
const EMBEDDING = [
  { prefix: [0, 0, 0, 0, 0, 0xffff], at: 6 }, // mapped
  { prefix: [0, 0, 0, 0, 0xffff, 0], at: 6 }, // translated
  { prefix: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 }, // NAT64
  { prefix: [0x2002], at: 1 }, // 6to4
];

/** The kind of an IP address in any spelling. Throws TypeError when it is not one. */
export function addressKind(address: string): AddressKind {
  const plain = plainAddress(address);
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  return LISTS.find(({ list }) => list.check(plain, family))?.kind ?? 'public';
}

/**
 * The address that packets in the end go to: without a zone, and as IPv4 where an IPv6 address only wraps one, so that `::ffff:7f00:1`
 * is the loopback address that it is. Throws TypeError when it is not an address.
 */
export function plainAddress(address: string): string {
  const bare = address.split('%')[0] ?? address;
  if (isIP(bare) === 0) throw new TypeError('This is not an IP address.');
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  const embedding = EMBEDDING.find(({ prefix }) => prefix.every((group, index) => groups[index] === group));
  // ::a.b.c.d is long out of use, yet some systems still take it for IPv4; :: and ::1 are addresses of their own.
  const compatible = groups.slice(0, 6).every((group) => group === 0) && (groups[6] !== 0 || (groups[7] ?? 0) > 1);
  const at = embedding?.at ?? (compatible ? 6 : undefined);
  if (at === undefined) return new SocketAddress({ address: bare, family: 'ipv6' }).address;
  const [high = 0, low = 0] = groups.slice(at, at + 2);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  let text = address;
  if (dotted !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(1).map(Number);
    text = `${address.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].map((group) => parseInt(group, 16));
}
