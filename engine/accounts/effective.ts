import type { Account } from '../contract/account.ts';
import type { StoredAccount } from '../store/accounts-table.ts';
import type { Store } from '../store/index.ts';
import { applyGroups } from './inheritance.ts';

/** The account as its groups make it now: what sign-in, sessions and warnings go by. A group that is gone adds nothing. */
export function effectiveAccount(store: Store, account: Account): Account {
  const groups = account.groups.flatMap(({ name, type }) => {
    const row = type === 'membership' ? undefined : store.tables.groups.byName(name);
    return row === undefined ? [] : [{ type, settings: row.settings }];
  });
  return applyGroups(account, groups);
}

/** The table of accounts as the sign-in sees it: each with what its groups add. */
export function effectiveAccounts(store: Store) {
  const { accounts } = store.tables;
  const applied = (found: StoredAccount | undefined): StoredAccount | undefined =>
    found === undefined ? undefined : { ...found, account: effectiveAccount(store, found.account) };
  return {
    byUsername: (username: string): StoredAccount | undefined => applied(accounts.byUsername(username)),
    byId: (id: number): StoredAccount | undefined => applied(accounts.byId(id)),
  };
}
