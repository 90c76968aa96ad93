import { AppError } from '../../contract/errors.ts';
import { chosenAccounts } from '../../outbound/user-mail.ts';
import { ActionFailure, type Runner } from '../runner.ts';
import type { userInactivityCheck } from './definition.ts';

const DAY_MS = 86_400_000;

/** Resolves with what was done under `results`; `days` are whole days since the last sign-in, for a new account since it was made. */
export const runUserInactivityCheck: Runner<typeof userInactivityCheck> = async ({ config }, context) => {
  const { upkeep, clock, signal } = context;
  const results: { action: 'disabled' | 'deleted'; user: string; reason: string; days: number }[] = [];
  for (const { username, enabled, lastSignInAt, createdAt } of chosenAccounts(upkeep.accounts(), config.users)) {
    signal.throwIfAborted();
    const days = Math.floor((clock.now() - Date.parse(lastSignInAt ?? createdAt)) / DAY_MS);
    // Whoever is switched off at all is switched off first, and deleted by a later check.
    const isDeletable = config.deleteAfterDays > 0 && days > config.deleteAfterDays && (!enabled || config.disableAfterDays === 0);
    const isUnused = config.disableAfterDays > 0 && days > config.disableAfterDays && enabled;
    const action = isDeletable ? 'deleted' : isUnused ? 'disabled' : null;
    if (action === null) continue;
    try {
      if (action === 'deleted') await upkeep.deleteAccount(username);
      else await upkeep.setEnabled(username, false);
    } catch (error) {
      // Somebody was faster.
      if (error instanceof AppError && error.code === 'not_found') continue;
      throw ActionFailure.from(error, `${username} could not be ${action === 'deleted' ? 'deleted' : 'switched off'}`, { results });
    }
    results.push({ action, user: username, reason: lastSignInAt === null ? 'never signed in' : 'no sign-in', days });
  }
  return { results };
};
