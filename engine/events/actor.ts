import type { Account } from '../contract/account.ts';
import type { Actor } from './log.ts';

/** Who does what no account and no administrator stands behind, where an event always names somebody. */
export const SYSTEM_USER = { userId: 0, userName: 'system' } satisfies Partial<Actor>;

/** An account as who did something in the log. */
export function accountActor({
  id,
  username,
  displayName,
}: Pick<Account, 'id' | 'username' | 'displayName'>): Pick<Actor, 'userId' | 'userName' | 'displayName'> {
  return { userId: id, userName: username, displayName };
}
