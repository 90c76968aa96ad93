import { chosenAccounts, type Finding, tellUsers } from '../../outbound/user-mail.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { userExpirationCheck } from './definition.ts';

const DAY_MS = 86_400_000;

/** Resolves with what was found under `results`; `days` are those that are left, below 0 those since. Switched off accounts do not count. */
export const runUserExpirationCheck: Runner<typeof userExpirationCheck> = async ({ config }, context) => {
  const now = context.clock.now();
  const findings = chosenAccounts(context.upkeep.accounts(), config.users).flatMap((account): Finding[] => {
    if (!account.enabled || account.expiresAt === null) return [];
    const leftMs = Date.parse(account.expiresAt) - now;
    if (leftMs > config.days * DAY_MS) return [];
    const days = Math.floor(leftMs / DAY_MS);
    return [{ account, days, reason: leftMs <= 0 ? 'the account has expired' : 'the account expires soon' }];
  });
  const { results, failures } = await tellUsers(context, findings, config.mailUsers ? words : null);
  if (failures.length > 0) throw new ActionFailure(`Not every user could be told. ${failures.join(' ')}`, { results, failures });
  return { results };
};

function words({ account, days }: Finding): { subject: string; text: string } {
  const day = (account.expiresAt ?? '').slice(0, 10);
  const isOver = days < 0;
  return {
    subject: isOver ? `Your account ${account.username} has expired` : `Your account ${account.username} expires on ${day}`,
    text: isOver
      ? `Your account ${account.username} expired on ${day}. You cannot sign in any more.\n\nIf you still need it, please answer this message.\n`
      : `Your account ${account.username} expires on ${day}. From then on you cannot sign in.\n\nIf you still need it, please answer this message.\n`,
  };
}
