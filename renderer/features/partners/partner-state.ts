import type { Account } from '../../../engine/contract/account.ts';
import { partnersText } from '../../text/partners.ts';
import type { StatusKind } from '../../ui/index.ts';

/** How an account stands, as icon and word. `now` in ms since the epoch. */
export function partnerState(
  account: Pick<Account, 'enabled' | 'expiresAt'>,
  online: boolean,
  now: number,
): { readonly kind: StatusKind; readonly word: string } {
  const { states } = partnersText;
  if (!account.enabled) return { kind: 'paused', word: states.suspended };
  if (account.expiresAt !== null && Date.parse(account.expiresAt) <= now) return { kind: 'warning', word: states.expired };
  return online ? { kind: 'notice', word: states.online } : { kind: 'ok', word: states.active };
}

/** The name to show: the company's, or the user name where there is none. */
export function partnerName(account: Pick<Account, 'username' | 'displayName'>): string {
  return account.displayName === '' ? account.username : account.displayName;
}
