import { chosenAccounts, type Finding, tellUsers } from '../../outbound/user-mail.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { passwordExpirationCheck } from './definition.ts';

const DAY_MS = 86_400_000;

/**
 * Resolves with what was found under `results`; `days` are those that are left, below 0 those since. Accounts that are switched off or have
 * expired, and those without a password, do not count.
 */
export const runPasswordExpirationCheck: Runner<typeof passwordExpirationCheck> = async ({ config }, context) => {
  const { upkeep, clock } = context;
  const now = clock.now();
  const findings = chosenAccounts(upkeep.accounts(), config.users).flatMap((account): Finding[] => {
    if (!account.enabled || !account.hasPassword || (account.expiresAt !== null && Date.parse(account.expiresAt) <= now)) return [];
    const ends = upkeep.passwordEnds(account);
    if (ends === null || ends - now > config.days * DAY_MS) return [];
    const days = Math.floor((ends - now) / DAY_MS);
    return [{ account, days, reason: ends <= now ? 'the password has expired' : 'the password expires soon' }];
  });
  const { results, failures } = await tellUsers(context, findings, config.mailUsers ? words : null);
  if (failures.length > 0) throw new ActionFailure(`Not every user could be told. ${failures.join(' ')}`, { results, failures });
  return { results };
};

function words({ account: { username }, days }: Finding): { subject: string; text: string } {
  const when = days < 0 ? 'has expired' : days === 0 ? 'expires today' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`;
  return {
    subject: `Your password for ${username} ${when}`,
    text: `Your password for the account ${username} ${when}. Please answer this message to get a new one.\n`,
  };
}
