import type { Folders } from '../../accounts/folders.ts';
import type { Groups } from '../../accounts/groups.ts';
import type { Roles } from '../../accounts/roles.ts';
import type { Folder } from '../../contract/folder.ts';
import type { Method } from '../../contract/rpc.ts';
import type { FolderTrees } from '../../partners/folder-trees.ts';
import type { Rules } from '../../rules/index.ts';
import type { Handlers } from '../dispatch.ts';
import type { Scopes } from '../role-scope.ts';

type GroupMethods = Extract<Method, `groups.${string}` | `roles.${string}` | `folders.${string}`>;

export function groupHandlers(
  scopes: Scopes,
  groups: Groups,
  roles: Roles,
  folders: Folders,
  { library }: Pick<Rules, 'library'>,
  trees: Pick<FolderTrees, 'test'>,
): Pick<Handlers, GroupMethods> {
  const withActors = (folder: Folder): Folder => ({
    ...folder,
    usedBy: [...folder.usedBy, ...library.usersOfFolder(folder.name).map(({ kind, name }) => ({ kind, name }))],
  });
  return {
    'groups.save': (input, call) => groups.save(input, call),
    'groups.list': (_, { caller }) => scopes(caller).groups(),
    'groups.delete': ({ name }, call) => groups.delete(name, call),
    'roles.save': (input, call) => roles.save(input, call),
    'roles.list': (_, { caller }) => scopes(caller).roles(),
    'roles.delete': ({ name }, call) => roles.delete(name, call),
    async 'folders.save'(input, call) {
      const saved = await folders.save(input, call);
      // Whether a rule can work may depend on the folder's place.
      await library.foldersChanged(call);
      return withActors(saved);
    },
    // The rules are not shown to somebody with a role.
    'folders.list': (_, { caller }) => (caller.role === null ? folders.list().map(withActors) : scopes(caller).folders()),
    'folders.test': (input) => trees.test(input),
    'folders.delete': ({ name }, call) => folders.delete(name, library.usersOfFolder(name), call),
  };
}
