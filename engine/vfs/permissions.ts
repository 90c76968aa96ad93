import type { Permission } from '../contract/access.ts';
import type { Account } from '../contract/account.ts';
import { parentOf } from './names.ts';

/** What the operations need, in the permissions of the directory that holds the entry; one of each group suffices. */
export type Need = readonly (readonly Permission[])[];

export const NEEDS = {
  list: [['list']],
  download: [['download']],
  upload: [['upload']],
  overwrite: [['upload'], ['overwrite']],
  deleteFile: [['delete', 'delete_files']],
  deleteDirectory: [['delete', 'delete_dirs']],
  renameFile: [['rename', 'rename_files']],
  renameDirectory: [['rename', 'rename_dirs']],
  mkdir: [['create_dirs']],
  chmod: [['chmod']],
  chtimes: [['chtimes']],
  copy: [['copy']],
} as const satisfies Record<string, Need>;

/** The permissions in force in a directory: those of the nearest entry, which replaces the ones above it. None without any entry. */
export function permissionsIn(account: Pick<Account, 'permissions'>, directory: string): readonly Permission[] {
  for (let path = directory; ; path = parentOf(path)) {
    const own = account.permissions[path];
    if (own !== undefined) return own;
    if (path === '/') return [];
  }
}

/** Whether the account may do something that needs `need` to an entry of `directory`. */
export function mayIn(account: Pick<Account, 'permissions'>, directory: string, need: Need): boolean {
  const held = permissionsIn(account, directory);
  return held.includes('*') || need.every((group) => group.some((permission) => held.includes(permission)));
}
