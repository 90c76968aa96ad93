import type { Account } from '../contract/account.ts';

const DAY_MS = 86_400_000;

/**
 * Why the account's right password opens nothing at `now` (ms since the epoch), as the log says it; null when it does. `settingDays` holds
 * where neither the account nor its groups state after how many days it has to be changed; 0: never.
 */
export function passwordAgeRefusal(account: Account, settingDays: number, now: number): string | null {
  if (account.passwordMustChange) return 'the password has to be changed';
  const ends = passwordEnds(account, settingDays);
  return ends !== null && ends <= now ? 'the password has expired' : null;
}

/** When the password has to be changed, ms since the epoch; null: never, or nobody knows how old it is. */
export function passwordEnds({ limits, passwordChangedAt }: Account, settingDays: number): number | null {
  const days = limits.passwordDays || settingDays;
  return days === 0 || passwordChangedAt === null ? null : Date.parse(passwordChangedAt) + days * DAY_MS;
}
