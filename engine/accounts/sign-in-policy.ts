import type { Account } from '../contract/account.ts';
import type { Protocol } from '../contract/event.ts';
import { isInNetworks } from '../lib/networks.ts';

/** The way by which somebody comes in; no address for what comes from inside the process. */
export type Entrance = { readonly protocol: Protocol; readonly address: string | null };

/**
 * Why the account may not come in (or, once it is in, may not stay) by this way at `now` (ms since the epoch), as the log says it; null
 * when it may. Says nothing about passwords and keys.
 */
export function entranceRefusal(account: Account, { protocol, address }: Entrance, now: number): string | null {
  const { requireEncryption, protocols, addresses } = account.signIn;
  if (!account.enabled) return 'the account is disabled';
  if (account.expiresAt !== null && Date.parse(account.expiresAt) <= now) return 'the account has expired';
  if (protocols.length > 0 && !protocols.some((allowed) => allowed === protocol)) return `${protocol} is not allowed for this account`;
  if (requireEncryption && protocol === 'FTP') return 'this account may not sign in without encryption';
  if (addresses.length > 0 && !isInNetworks(address ?? '', addresses)) return 'the address is not allowed for this account';
  return null;
}
