import type { SIGN_IN_METHODS } from '../contract/access.ts';
import type { Account } from '../contract/account.ts';
import type { Protocol } from '../contract/event.ts';
import { longestPrefix } from '../lib/networks.ts';
import { compileWindow } from '../lib/time-window.ts';
import type { Proof } from './types.ts';

/** The way by which somebody comes in; no address for what comes from inside the process. */
export type Entrance = { readonly protocol: Protocol; readonly address: string | null };

/**
 * Why the account (with what its groups add) may not come in, or, once it is in, may not stay, by this way at `now` (ms since the epoch), as
 * the log says it; null when it may. Says nothing about passwords and keys.
 */
export function entranceRefusal(account: Account, { protocol, address }: Entrance, now: number): string | null {
  const { requireEncryption, requirePasswordAndKey, protocols, anonymous } = account.signIn;
  if (!account.enabled) return 'the account is disabled';
  if (account.expiresAt !== null && Date.parse(account.expiresAt) <= now) return 'the account has expired';
  if (protocols.length > 0 && !protocols.some((allowed) => allowed === protocol)) return `${protocol} is not allowed for this account`;
  if (requirePasswordAndKey && (protocol === 'FTP' || protocol === 'FTPS')) return 'this account needs a key beside its password';
  if (anonymous && protocol === 'SFTP') return 'anonymous visitors come over FTP only';
  if (requireEncryption && protocol === 'FTP') return 'this account may not sign in without encryption';
  if (!mayComeFrom(account, address ?? '')) return 'the address is not allowed for this account';
  if (!isInHours(account, now)) return 'the account may not be signed in at this time';
  return null;
}

/** Why the account may not prove itself in this way, as the log says it; null when it may. */
export function methodRefusal({ signIn }: Account, method: (typeof SIGN_IN_METHODS)[number]): string | null {
  if (signIn.requireKey && !signIn.requirePasswordAndKey && method !== 'publickey') return 'this account needs a key';
  return signIn.deniedMethods.includes(method) ? `signing in by ${METHOD_WORDS[method]} is not allowed for this account` : null;
}

/** What the account wants beside what was shown; null when that is enough. */
export function missingProof({ signIn }: Account, shown: readonly Proof[]): Proof | null {
  if (!signIn.requirePasswordAndKey) return null;
  return PROOFS.find((proof) => !shown.includes(proof)) ?? null;
}

const PROOFS: readonly Proof[] = ['publickey', 'password'];

const METHOD_WORDS = { password: 'password', publickey: 'key', 'keyboard-interactive': 'questions and answers' } as const;

/** The more exact of the two lists decides, the refusal where they are the same; what is in neither may come unless only some may. */
function mayComeFrom({ signIn: { addresses, deniedAddresses } }: Account, address: string): boolean {
  const allowed = longestPrefix(address, addresses);
  const denied = longestPrefix(address, deniedAddresses);
  if (denied !== null && (allowed === null || denied >= allowed)) return false;
  return addresses.length === 0 || allowed !== null;
}

function isInHours({ limits: { hours } }: Account, now: number): boolean {
  return hours.length === 0 || hours.some((window) => compileWindow(window).holds(now));
}
