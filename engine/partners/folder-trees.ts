import { isAbsolute } from 'node:path';
import { type HomeFolders, visiblePath } from '../accounts/home.ts';
import { placeholders } from '../accounts/inheritance.ts';
import { openServer, remoteOf, requireOwnSecrets } from '../accounts/remote-folders.ts';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { FolderTest } from '../contract/folder.ts';
import type { Connector } from '../outbound/connector.ts';
import { openRemoteFolder, type RemoteFolder } from '../outbound/remote/folder.ts';
import type { Store } from '../store/index.ts';
import type { SecretStore } from '../store/secret-store.ts';
import { readFolder } from '../vfs/tree.ts';
import type { Vfs } from '../vfs/index.ts';
import type { FileTree } from '../vfs/types.ts';

/** Virtual folders as trees of their own, for rules that act in one as the system. */
export type FolderTrees = {
  /** As `virtualFolders.open` of rules/services.ts says. */
  open(
    name: string,
    by: {
      readonly account: Account | null;
      readonly runId: number | null;
      readonly signal: AbortSignal;
      readonly arrived: Arrived;
    },
  ): Promise<FileTree & { close(reason: string): Promise<void> }>;
  /**
   * Signs in to the server of a folder, saved or not, and resolves with how much is directly in it. Rejects with `invalid_input` at the
   * field, or as connecting does.
   */
  test(input: FolderTest): Promise<{ readonly entries: number }>;
};

type Arrived = (file: { readonly path: string; readonly target: string; readonly bytes: number }) => Promise<void>;

/** A test gives up after this long. */
const TEST_MS = 20_000;

export function createFolderTrees({
  store,
  vfs,
  folders,
  secrets,
  connector,
}: {
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly connector: Connector;
  readonly store: Store;
  readonly vfs: Pick<Vfs, 'openFolder'>;
  readonly folders: () => HomeFolders;
}): FolderTrees {
  const table = store.tables.folders;
  return {
    async open(given, { account, runId, signal, arrived }) {
      const row = table.byName(given);
      if (row === undefined) throw new AppError('action_failed', `There is no shared folder ${given} any more. Edit the rule.`);
      const { id, name, quotaBytes, quotaFiles } = row;
      const own = pathFor(name, row.path, table.isPersonal(name), account);
      const remote = remoteOf(row);
      if (remote !== null) return await openRemoteFolder(openServer(remote, secrets), own, { connector, signal, arrived });
      const place = visiblePath(own, folders(), { field: 'path', what: 'virtual folder' });
      return await vfs.openFolder({ name, place, isOurs: !isAbsolute(own), folder: { id, quotaBytes, quotaFiles } }, runId);
    },
    async test({ name, path, remote }) {
      const row = name === undefined ? undefined : table.byName(name);
      requireOwnSecrets(remote, row === undefined ? null : remoteOf(row));
      if (/%(username|role)%/.test(path))
        throw new AppError('invalid_input', 'This is another folder for each user. Test it with the name of one written out.', {
          field: 'path',
        });
      const late = AbortSignal.timeout(TEST_MS);
      let tree: RemoteFolder | undefined;
      try {
        tree = await openRemoteFolder(openServer(remote, secrets), path, { connector, signal: late });
        return { entries: (await readFolder(tree, '/', late)).length };
      } catch (error) {
        if (late.aborted) throw new AppError('timeout', `${remote.host} did not answer within ${TEST_MS / 1000} s.`);
        throw error;
      } finally {
        await tree?.close();
      }
    },
  };
}

function pathFor(name: string, path: string, isPersonal: boolean, account: Account | null): string {
  if (!isPersonal) return path;
  if (account === null)
    throw new AppError('action_failed', `The shared folder ${name} is another one for each user, and there is no user here.`);
  return placeholders(account)(path);
}
