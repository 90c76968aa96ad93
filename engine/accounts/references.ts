import type { FilePattern, Limits, Mount } from '../contract/access.ts';
import type { Account, AccountGroup } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import { compileGlob, GlobError } from '../lib/glob.ts';
import { zoneProblem } from '../lib/time-zone.ts';
import type { Store } from '../store/index.ts';
import type { Accounts } from './service.ts';

/** The groups with their names as they are kept. Throws `invalid_input` on `groups` for one that does not exist. */
export function requireGroups(store: Store, groups: readonly AccountGroup[]): AccountGroup[] {
  return groups.map((group, index) => {
    const found = store.tables.groups.byName(group.name);
    if (found === undefined) throw missing('group', group.name, `groups.${index}.name`);
    return { ...group, name: found.name };
  });
}

/** Throws `not_found` on `username` where there is none that is seen. */
export function requireAccount(accounts: Pick<Accounts, 'get'>, username: string): Account {
  const account = accounts.get(username);
  if (account === undefined) throw new AppError('not_found', 'There is no account of this name. See accounts.list.', { field: 'username' });
  return account;
}

/** The role's name as it is kept. Throws `invalid_input` on `role` when it does not exist. */
export function requireRole(store: Store, role: string | null): string | null {
  if (role === null) return null;
  const found = store.tables.roles.byName(role);
  if (found === undefined) throw missing('role', role, 'role');
  return found.name;
}

/** The mounts with their folders' names as they are kept. Throws `invalid_input` on `field` for one that does not exist or is on another server. */
export function requireFolders(store: Store, mounts: readonly Mount[], field: string): Mount[] {
  return mounts.map((mount, index) => {
    const found = store.tables.folders.byName(mount.folder);
    if (found === undefined) throw missing('folder', mount.folder, `${field}.${index}.folder`);
    if (found.remote !== null)
      throw new AppError(
        'invalid_input',
        `The folder ${found.name} is on another server, so only rules use it. Choose a folder of this machine.`,
        { field: `${field}.${index}.folder` },
      );
    return { ...mount, folder: found.name };
  });
}

/** Throws `invalid_input` on the hours whose time zone nobody knows. */
export function requireZones({ hours }: Limits, field: string): void {
  for (const [index, { zone }] of hours.entries()) {
    const problem = zoneProblem(zone);
    if (problem !== undefined) throw new AppError('invalid_input', problem, { field: `${field}.hours.${index}.zone` });
  }
}

/** Throws `invalid_input` on the pattern that cannot be read. */
export function requirePatterns(entries: readonly FilePattern[], field: string): void {
  for (const [index, entry] of entries.entries()) {
    for (const list of ['allowed', 'denied'] as const) {
      for (const [at, pattern] of entry[list].entries()) {
        try {
          compileGlob(pattern);
        } catch (error) {
          if (!(error instanceof GlobError)) throw error;
          throw new AppError('invalid_input', error.message, { field: `${field}.${index}.${list}.${at}` });
        }
      }
    }
  }
}

function missing(what: string, name: string, field: string): AppError {
  return new AppError('invalid_input', `There is no ${what} named ${name}. Create it first, or see ${what}s.list.`, { field });
}
