import { type AccountSettings, accountSettingsSchema } from '../contract/account.ts';
import type { AccountsFile, ExportedAccount, ImportRow } from '../contract/accounts-file.ts';
import { toAppError } from '../contract/errors.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Folders } from './folders.ts';
import type { Groups } from './groups.ts';
import type { Roles } from './roles.ts';
import type { Accounts, Change } from './service.ts';

/** Accounts, groups, roles and virtual folders as one file, out and in. */
export type AccountsExchange = {
  /** `hashes` also gives those of the passwords, with which the accounts can go on elsewhere. */
  export(options: { readonly hashes: boolean }): AccountsFile;
  /**
   * Takes over what the file holds, in the order in which it refers to one another. What exists already is kept, or replaced where that is
   * wished. One row for each record; a failure of one stops no other. With `dryRun` nothing is changed, and the rows say what would be.
   */
  import(file: AccountsFile, options: { readonly replace: boolean; readonly dryRun: boolean }, by: Change): Promise<ImportRow[]>;
};

export function createAccountsExchange(services: {
  readonly store: Store;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly groups: Groups;
  readonly roles: Roles;
  readonly folders: Folders;
}): AccountsExchange {
  const { store, clock, accounts, groups, roles, folders } = services;

  function exportAccount(username: string, hashes: boolean): ExportedAccount | [] {
    const found = store.tables.accounts.byUsername(username);
    if (found === undefined) return [];
    const { account, passwordHash } = found;
    const names = Object.keys(accountSettingsSchema.shape) as (keyof AccountSettings)[];
    const settings = Object.fromEntries(names.map((name) => [name, account[name]])) as AccountSettings;
    const publicKeys = account.publicKeys.map(({ label, key }) => ({ label, key }));
    return { ...settings, publicKeys, ...(hashes && passwordHash !== null ? { passwordHash } : {}) };
  }

  return {
    export: ({ hashes }) => ({
      format: 'gatehouse-accounts',
      version: 1,
      exportedAt: isoTime(clock.now()),
      roles: roles.list().map(({ name, description }) => ({ name, description })),
      folders: folders
        .list()
        // Those on other servers are nothing without their secrets, which stay here; no account has one.
        .filter(({ remote }) => remote === null)
        .map(({ name, description, path, quotaBytes, quotaFiles }) => ({ name, description, path, quotaBytes, quotaFiles })),
      groups: groups.list().map(({ name, description, settings }) => ({ name, description, settings })),
      accounts: accounts.list().flatMap(({ username }) => exportAccount(username, hashes)),
    }),

    async import(file, { replace, dryRun }, by) {
      const rows: ImportRow[] = [];
      async function take(kind: ImportRow['kind'], name: string, exists: boolean, save: () => Promise<unknown>): Promise<void> {
        if (exists && !replace) {
          rows.push({ kind, name, change: 'keep', message: 'It exists already.' });
          return;
        }
        try {
          if (!dryRun) await save();
          rows.push({ kind, name, change: exists ? 'update' : 'create', message: '' });
        } catch (thrown) {
          rows.push({ kind, name, change: 'failed', message: toAppError(thrown).message });
        }
      }
      const { tables } = store;
      for (const role of file.roles)
        await take('role', role.name, tables.roles.byName(role.name) !== undefined, () => roles.save(role, by));
      for (const folder of file.folders)
        await take('folder', folder.name, tables.folders.byName(folder.name) !== undefined, () => folders.save(folder, by));
      for (const group of file.groups)
        await take('group', group.name, tables.groups.byName(group.name) !== undefined, () => groups.save(group, by));
      for (const { passwordHash, ...account } of file.accounts)
        await take('user', account.username, tables.accounts.byUsername(account.username) !== undefined, () =>
          accounts.save(account, by, passwordHash === undefined ? {} : { passwordHash }),
        );
      if (dryRun) markMissing(rows, file, store);
      return rows;
    },
  };
}

/** What an import would stumble over: names that neither the file nor this machine has. */
function markMissing(rows: ImportRow[], file: AccountsFile, { tables }: Store): void {
  const has = (list: readonly { readonly name: string }[], name: string): boolean =>
    list.some((entry) => entry.name.toLowerCase() === name.toLowerCase());
  const missingOf = (entry: {
    folders: readonly { folder: string }[];
    groups?: readonly { name: string }[];
    role?: string | null;
  }): string[] => [
    ...entry.folders.flatMap(({ folder }) =>
      has(file.folders, folder) || tables.folders.byName(folder) !== undefined ? [] : [`the folder ${folder}`],
    ),
    ...(entry.groups ?? []).flatMap(({ name }) =>
      has(file.groups, name) || tables.groups.byName(name) !== undefined ? [] : [`the group ${name}`],
    ),
    ...(entry.role === null || entry.role === undefined || has(file.roles, entry.role) || tables.roles.byName(entry.role) !== undefined
      ? []
      : [`the role ${entry.role}`]),
  ];
  const missing = new Map<string, string[]>([
    ...file.groups.map(({ name, settings }) => [`group ${name}`, missingOf(settings)] as const),
    ...file.accounts.map((account) => [`user ${account.username}`, missingOf(account)] as const),
  ]);
  for (const [index, row] of rows.entries()) {
    const names = missing.get(`${row.kind} ${row.name}`) ?? [];
    if (row.change === 'keep' || names.length === 0) continue;
    rows[index] = { ...row, change: 'failed', message: `It needs ${names.join(' and ')}, which is neither in the file nor here.` };
  }
}
