import { AppError } from '../contract/errors.ts';
import type { UserOf } from '../contract/flow.ts';
import type { Folder, FolderInput } from '../contract/folder.ts';
import type { EventLog } from '../events/log.ts';
import type { SftpServer } from '../contract/remote-server.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { FolderRow } from '../store/folders-table.ts';
import type { Store } from '../store/index.ts';
import type { SecretStore } from '../store/secret-store.ts';
import { ensureHome, type HomeFolders } from './home.ts';
import { placeholders } from './inheritance.ts';
import { deleteRecord, requireRecord, saveRecord } from './record-changes.ts';
import { remoteOf, requireOwnSecrets, sealServer } from './remote-folders.ts';
import type { Accounts, Change } from './service.ts';

/** Virtual folders. */
export type Folders = {
  /**
   * Creates the folder, or changes the one of this name (in any case); what is left out stays. Makes it on the disk. Accounts that have it
   * go on with it as it is now. One on another server is for rules alone: nobody may have it. Rejects with `invalid_input` on the field, `folder_missing` or `folder_not_writable`.
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
  readonly secrets: Pick<SecretStore, 'put' | 'remove'>;
}): Folders {
  const { store, events, clock, accounts, secrets } = services;
  const table = store.tables.folders;

  function usedBy(name: string) {
    const uses = (kind: 'user' | 'group', owner: string, mounts: readonly { folder: string; path: string }[]) =>
      mounts.filter(({ folder }) => folder === name).map(({ path }) => ({ kind, name: owner, path }));
    return [
      ...accounts.list().flatMap((account) => uses('user', account.username, account.folders)),
      ...store.tables.groups.all().flatMap((group) => uses('group', group.name, group.settings.folders)),
    ];
  }

  const toFolder = ({ createdAt, ...row }: FolderRow): Folder => ({
    ...row,
    remote: remoteOf(row),
    usedBy: usedBy(row.name),
    createdAt: isoTime(createdAt),
  });

  return {
    async save(input, by) {
      const before = table.byName(input.name);
      const name = before?.name ?? input.name;
      const path = input.path ?? before?.path;
      if (path === undefined) throw new AppError('invalid_input', 'Choose a folder of this machine.', { field: 'path' });
      const old = before === undefined ? null : remoteOf(before);
      const remote = input.remote === undefined ? old : input.remote;
      if (remote !== null) requireRemotePlace(path, remote, old, usedBy(name)[0]);
      const having = accounts.list().filter((account) => accounts.effective(account).folders.some(({ folder }) => folder === name));
      const isShared = !/%(username|role)%/.test(path);
      const paths = isShared ? [path] : having.map((account) => placeholders(account)(path));
      if (remote === null) for (const own of paths) await ensureHome(own, services.folders(), { field: 'path', what: 'virtual folder' });
      const settings = {
        name,
        path,
        description: input.description ?? before?.description ?? '',
        // The storage of another server is its own.
        quotaBytes: remote === null ? (input.quotaBytes ?? before?.quotaBytes ?? 0) : 0,
        quotaFiles: remote === null ? (input.quotaFiles ?? before?.quotaFiles ?? 0) : 0,
      };
      const was = before === undefined ? undefined : { ...before, remote: old };
      const row = await saveRecord(events, 'folder', { ...settings, remote }, was, by, (id) => {
        const values = { ...settings, remote: jsonOf(sealServer(remote, old, secrets)) };
        if (id === null) table.insert(values, clock.now());
        else table.update(id, values);
        return requireRecord(table.byName(name), 'folder');
      });
      accounts.retell(
        having.map(({ id }) => id),
        by,
      );
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
      await deleteRecord(events, 'folder', row, by, () => {
        table.remove(row.id);
        sealServer(null, remoteOf(row), secrets);
      });
      return toFolder(row);
    },
  };
}

/** Throws `invalid_input` at the field for what no folder on another server can have. */
function requireRemotePlace(
  path: string,
  remote: SftpServer,
  old: SftpServer | null,
  use: { readonly kind: string; readonly name: string; readonly path: string } | undefined,
): void {
  if (!path.startsWith('/'))
    throw new AppError('invalid_input', 'Begin the path on the other server with a slash, such as /in.', { field: 'path' });
  if (/[\u0000-\u001f\u007f]|\/\.\.(\/|$)/.test(path))
    throw new AppError('invalid_input', 'Write the path without line breaks and without "..".', { field: 'path' });
  if (use !== undefined)
    throw new AppError(
      'invalid_input',
      `The ${use.kind} ${use.name} has this folder at ${use.path}, and one on another server is for rules alone. Take it out there first.`,
      { field: 'remote' },
    );
  requireOwnSecrets(remote, old);
}

function jsonOf(remote: SftpServer | null): string | null {
  return remote === null ? null : JSON.stringify(remote);
}
