import { isAbsolute } from 'node:path';
import { type HomeFolders, visiblePath } from '../accounts/home.ts';
import { placeholders } from '../accounts/inheritance.ts';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';
import type { Vfs } from '../vfs/index.ts';
import type { FileTree } from '../vfs/types.ts';

/** Virtual folders as trees of their own, for rules that act in one as the system. */
export type FolderTrees = {
  /** As `virtualFolders.open` of rules/services.ts says. */
  open(
    name: string,
    by: { readonly account: Account | null; readonly runId: number | null; readonly signal: AbortSignal },
  ): Promise<FileTree & { close(reason: string): Promise<void> }>;
};

export function createFolderTrees({
  store,
  vfs,
  folders,
}: {
  readonly store: Store;
  readonly vfs: Pick<Vfs, 'openFolder'>;
  readonly folders: () => HomeFolders;
}): FolderTrees {
  const table = store.tables.folders;
  return {
    async open(given, { account, runId }) {
      const row = table.byName(given);
      if (row === undefined) throw new AppError('action_failed', `There is no shared folder ${given} any more. Edit the rule.`);
      const { id, name, quotaBytes, quotaFiles } = row;
      const own = pathFor(name, row.path, table.isPersonal(name), account);
      const place = visiblePath(own, folders(), { field: 'path', what: 'virtual folder' });
      return await vfs.openFolder({ name, place, isOurs: !isAbsolute(own), folder: { id, quotaBytes, quotaFiles } }, runId);
    },
  };
}

function pathFor(name: string, path: string, isPersonal: boolean, account: Account | null): string {
  if (!isPersonal) return path;
  if (account === null)
    throw new AppError('action_failed', `The shared folder ${name} is another one for each user, and there is no user here.`);
  return placeholders(account)(path);
}
