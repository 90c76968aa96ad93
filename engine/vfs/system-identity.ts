import { type Account, accountSettingsSchema, unsavedAccount } from '../contract/account.ts';
import type { SessionIdentity } from './types.ts';

/** No account has this id. */
const NOBODY = 0;

/** Whom a session in a virtual folder goes by: nobody's account, with the right to do everything and no limit of its own. */
const SYSTEM_ACCOUNT: Account = {
  ...accountSettingsSchema.parse({ username: 'system', permissions: { '/': ['*'] } }),
  ...unsavedAccount(new Date(0).toISOString()),
  id: NOBODY,
};

/** Who acts for a run in the virtual folder of this name. */
export function systemIdentity(folder: string, causedBy: number | null): SessionIdentity {
  return { account: SYSTEM_ACCOUNT, protocol: 'SFTP', address: null, client: null, method: 'rule', origin: 'rule', causedBy, folder };
}

/** The user that events name for somebody's session, or for a row of the journal; null for the system. */
export function userIdOf(accountId: number): number | null {
  return accountId === NOBODY ? null : accountId;
}
