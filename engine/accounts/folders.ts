import { AppError } from '../contract/errors.ts';
import type { UserOf } from '../contract/flow.ts';
import type { Folder, FolderInput } from '../contract/folder.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { FolderRow } from '../store/folders-table.ts';
import type { Store } from '../store/index.ts';
import { ensureHome, type HomeFolders } from './home.ts';
import { placeholders } from './inheritance.ts';
import { deleteRecord, requireRecord, saveRecord } from './record-changes.ts';
import type { Accounts, Change } from './service.ts';

/** Virtual folders. */
export type Folders = {
  /**
   * Creates the folder, or changes the one of this name (in any case); what is left out stays. Makes it on the disk. Accounts that have it
   * go on with it as it is now. Rejects with `invalid_input` on the field, `folder_missing` or `folder_not_writable`.
   */
  save(input: FolderInput, by: Change): Promise<Folder>;
  /** In the order of their names. */
  list(): Folder[];
  /**
   * Rejects with `not_found`, or `in_use` while an account or group has it, or one of `actingIn`, the rules and the like, acts in it.
   * Resolves with what it was. Its files stay.
   */
  delete(name: string, actingIn: readonly UserOf[], by: Change): Promise<Folder>;
};

export function createFolders(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly folders: () => HomeFolders;
}): Folders {
  const { store, events, clock, accounts } = services;
  const table = store.tables.folders;

  function usedBy(name: string) {
    const uses = (kind: 'user' | 'group', owner: string, mounts: readonly { folder: string; path: string }[]) =>
      mounts.filter(({ folder }) => folder === name).map(({ path }) => ({ kind, name: owner, path }));
    return [
      ...accounts.list().flatMap((account) => uses('user', account.username, account.folders)),
      ...store.tables.groups.all().flatMap((group) => uses('group', group.name, group.settings.folders)),
    ];
  }

  const toFolder = ({ createdAt, ...row }: FolderRow): Folder => ({ ...row, usedBy: usedBy(row.name), createdAt: isoTime(createdAt) });

  return {
    async save(input, by) {
      const before = table.byName(input.name);
      const name = before?.name ?? input.name;
      const path = input.path ?? before?.path;
      if (path === undefined) throw new AppError('invalid_input', 'Choose a folder of this machine.', { field: 'path' });
      const having = accounts.list().filter((account) => accounts.effective(account).folders.some(({ folder }) => folder === name));
      const isShared = !/%(username|role)%/.test(path);
      const paths = isShared ? [path] : having.map((account) => placeholders(account)(path));
      for (const own of paths) await ensureHome(own, services.folders(), { field: 'path', what: 'virtual folder' });
      const row = await saveRecord(events, 'folder', name, before, by, (id) => {
        const values = {
          name,
          path,
          description: input.description ?? before?.description ?? '',
          quotaBytes: input.quotaBytes ?? before?.quotaBytes ?? 0,
          quotaFiles: input.quotaFiles ?? before?.quotaFiles ?? 0,
        };
        if (id === null) table.insert(values, clock.now());
        else table.update(id, values);
        return requireRecord(table.byName(name), 'folder');
      });
      accounts.retell(having.map(({ id }) => id));
      return toFolder(row);
    },
    list: () => table.all().map(toFolder),
    async delete(name, actingIn, by) {
      const row = requireRecord(table.byName(name), 'folder');
      const [use] = usedBy(row.name);
      if (use !== undefined)
        throw new AppError('in_use', `The ${use.kind} ${use.name} has this folder at ${use.path}. Take it out there first.`, {
          field: 'name',
        });
      const [actor] = actingIn;
      if (actor !== undefined)
        throw new AppError('in_use', `The ${actor.kind} ${actor.name} acts in this folder. Change it first.`, { field: 'name' });
      await deleteRecord(events, 'folder', row, by, () => table.remove(row.id));
      return toFolder(row);
    },
  };
}
