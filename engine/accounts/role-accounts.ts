import { readdir } from 'node:fs/promises';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { Folder } from '../contract/folder.ts';
import type { Group, Role } from '../contract/group.ts';
import type { Folders } from './folders.ts';
import type { Groups } from './groups.ts';
import { type HomeFolders, homePath, overlaps } from './home.ts';
import { requireAccount } from './references.ts';
import type { Roles } from './roles.ts';
import type { AccountDraft, Accounts } from './service.ts';

/** Accounts, and what they are given, as one administrator has them. */
export type AccountsView = {
  readonly accounts: Pick<Accounts, 'save' | 'delete' | 'list' | 'get' | 'effective' | 'resetTransfers'>;
  groups(): Group[];
  folders(): Folder[];
  roles(): Role[];
};

export type AccountsViewServices = {
  readonly accounts: Accounts;
  readonly groups: Pick<Groups, 'list'>;
  readonly folders: Pick<Folders, 'list'>;
  readonly roles: Pick<Roles, 'list'>;
  readonly places: () => HomeFolders;
};

/** Without a role: all of them. */
export function allAccounts({ accounts, groups, folders, roles }: AccountsViewServices): AccountsView {
  return { accounts, groups: () => groups.list(), folders: () => folders.list(), roles: () => roles.list() };
}

/**
 * The accounts of one role; all others do not exist. What is made is of this role. Groups and virtual folders are those that an account of the
 * role has already, and a new home is a folder of its own: nobody reaches more of the machine than somebody without a role has opened to
 * the role. `save` rejects with `forbidden` on the field that would.
 */
export function accountsOfRole(role: string, services: AccountsViewServices): AccountsView {
  const { accounts, places } = services;
  const isOwn = (account: Account): boolean => account.role === role;
  const list = (): Account[] => accounts.list().filter(isOwn);

  function get(username: string): Account | undefined {
    const account = accounts.get(username);
    return account !== undefined && isOwn(account) ? account : undefined;
  }

  const groupNames = (): Set<string> => new Set(list().flatMap(({ groups }) => groups.map(({ name }) => name)));
  const folderNames = (): Set<string> =>
    new Set(list().flatMap((account) => accounts.effective(account).folders.map(({ folder }) => folder)));

  async function check({ draft, effective, before }: AccountDraft): Promise<void> {
    if (before !== undefined && !isOwn(before))
      throw new AppError('invalid_input', 'This user name is taken. Choose another one.', { field: 'username' });
    if (draft.role !== role)
      throw new AppError('forbidden', `Your accounts have the role ${role}; no other can be given to them.`, { field: 'role' });
    const isUsual = draft.home === '' || draft.home === (before?.home ?? draft.username);
    if (!isUsual) {
      throw new AppError(
        'forbidden',
        'Where files lie on the machine is decided by an administrator without a role. Leave the home folder as it is.',
        {
          field: 'home',
        },
      );
    }
    requireKnown(
      'groups',
      'group',
      draft.groups.map(({ name }) => name),
      groupNames(),
    );
    requireKnown(
      'folders',
      'virtual folder',
      draft.folders.map(({ folder }) => folder),
      folderNames(),
    );
    if (before === undefined || accounts.effective(before).home !== effective.home) await checkHome(effective);
  }

  function requireKnown(field: string, what: string, names: readonly string[], known: ReadonlySet<string>): void {
    const unknown = names.find((name) => !known.has(name));
    if (unknown === undefined) return;
    throw new AppError(
      'forbidden',
      `No account of your role has the ${what} ${unknown} yet. An administrator without a role gives it first.`,
      {
        field,
      },
    );
  }

  /** The home shows nothing that belongs to somebody else, or that somebody has left there. */
  async function checkHome({ home }: Account): Promise<void> {
    const path = homePath(home, places());
    const homes = accounts
      .list()
      .filter((account) => !isOwn(account))
      .map((account) => accounts.effective(account).home);
    const others = [...homes, ...services.folders.list().flatMap(({ path: folder, remote }) => (remote === null ? [folder] : []))].map(
      (one) => homePath(one, places()),
    );
    const left = await readdir(path).catch((): string[] => []);
    if (left.length === 0 && !others.some((other) => overlaps(path, other))) return;
    throw new AppError('invalid_input', 'There is a folder of this name with something in it already. Choose another user name.', {
      field: 'username',
    });
  }

  return {
    accounts: {
      list,
      get,
      effective: (account) => accounts.effective(account),
      save: (input, by) => accounts.save({ ...input, role: input.role === undefined ? role : input.role }, by, { check }),
      delete: async (username, by) => accounts.delete(requireAccount({ get }, username).username, by),
      resetTransfers: async (username, by) => accounts.resetTransfers(requireAccount({ get }, username).username, by),
    },
    groups() {
      const names = groupNames();
      const groups = services.groups.list().filter(({ name }) => names.has(name));
      return groups.map((group) => ({ ...group, members: group.members.filter(({ username }) => get(username) !== undefined) }));
    },
    folders() {
      const names = folderNames();
      const groups = groupNames();
      const isSeen = ({ kind, name }: Folder['usedBy'][number]): boolean => (kind === 'user' ? get(name) !== undefined : groups.has(name));
      const folders = services.folders.list().filter(({ name }) => names.has(name));
      return folders.map((folder) => ({ ...folder, usedBy: folder.usedBy.filter(isSeen) }));
    },
    roles: () => services.roles.list().filter(({ name }) => name === role),
  };
}
