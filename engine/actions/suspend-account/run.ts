import { AppError } from '../../contract/errors.ts';
import type { Runner } from '../runner.ts';
import type { suspendAccount } from './definition.ts';

/** Resolves with the account's name and whether it is on. An account that is in that state already is fine. */
export const runSuspendAccount: Runner<typeof suspendAccount> = async ({ config }, context) => {
  const username = config.username.trim();
  if (username === '') throw new AppError('action_failed', 'There is no user name after the template was filled in.');
  const account = await context.upkeep.setEnabled(username, config.state === 'enable');
  return { username: account.username, enabled: account.enabled };
};
