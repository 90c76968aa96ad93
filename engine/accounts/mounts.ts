import { isAbsolute } from 'node:path';
import type { Account } from '../contract/account.ts';
import type { Store } from '../store/index.ts';
import { type HomeFolders, visiblePath } from './home.ts';
import { placeholders } from './inheritance.ts';

/** Where one of an account's virtual folders is, in the terms of vfs/mounts.ts. */
type Mounted = {
  readonly path: string;
  readonly place: string;
  readonly isOurs: boolean;
  readonly folder: { readonly id: number; readonly quotaBytes: number; readonly quotaFiles: number };
  readonly countsInAccount: boolean;
};

/** The virtual folders of an account that has what its groups add. One that was deleted, or would show Gatehouse's own data, is left out. */
export function mountsOf(store: Store, account: Account, folders: HomeFolders): Mounted[] {
  const fill = placeholders(account);
  return account.folders.flatMap(({ path, folder, countsInAccount }) => {
    const row = store.tables.folders.byName(folder);
    if (row === undefined || row.remote !== null) return [];
    const { id, quotaBytes, quotaFiles } = row;
    const own = fill(row.path);
    try {
      const place = visiblePath(own, folders, { field: 'path', what: 'virtual folder' });
      return [{ path, place, isOurs: !isAbsolute(own), folder: { id, quotaBytes, quotaFiles }, countsInAccount }];
    } catch {
      return []; // Saving refuses it; the folders of the settings may have moved since.
    }
  });
}
