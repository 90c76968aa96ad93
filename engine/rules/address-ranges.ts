import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { AddressRange } from '../contract/rule.ts';

type Family = 'ipv4' | 'ipv6';

/** What is wrong with a range as it was typed, or undefined. */
export function rangeProblem(range: string): string | undefined {
  return addRange(new BlockList(), range)
    ? undefined
    : `${range} is no address. Write one such as 192.0.2.7, a network such as 192.0.2.0/24, or two addresses with a hyphen between them.`;
}

/** A list as a function: no positive ranges or any of them, and none of the inverse ones. No address is in no range. */
export function compileRanges(ranges: readonly AddressRange[]): (address: string | null) => boolean {
  const wanted = new BlockList();
  const refused = new BlockList();
  let takesAny = true;
  for (const { range, inverse } of ranges) {
    addRange(inverse ? refused : wanted, range);
    takesAny &&= inverse;
  }
  return (address) => {
    if (address === null) return takesAny;
    return !holds(refused, address) && (takesAny || holds(wanted, address));
  };
}

/** Adds one range; false when it cannot be read. */
function addRange(list: BlockList, range: string): boolean {
  const text = range.trim();
  const network = /^(.+)\/(\d{1,3})$/.exec(text);
  const [from = '', to = from, ...rest] = network === null ? text.split(/\s*-\s*/) : [network[1]];
  const family = familyOf(from);
  if (family === undefined || familyOf(to) !== family || rest.length > 0) return false;
  if (network !== null) {
    const prefix = Number(network[2]);
    if (prefix > (family === 'ipv4' ? 32 : 128)) return false;
    list.addSubnet(from, prefix, family);
    return true;
  }
  try {
    list.addRange(from, to, family);
    return true;
  } catch {
    // The second address comes before the first.
    return false;
  }
}

function holds(list: BlockList, address: string): boolean {
  // An IPv6 address may carry the name of its interface; what partners send over IPv4 may arrive in IPv6 form.
  const bare = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  const family = familyOf(bare);
  return family !== undefined && list.check(bare, family);
}

function familyOf(address: string): Family | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}
