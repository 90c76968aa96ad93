import type { Folders } from '../../accounts/folders.ts';
import type { Groups } from '../../accounts/groups.ts';
import type { Roles } from '../../accounts/roles.ts';
import type { Method } from '../../contract/rpc.ts';
import type { Handlers } from '../dispatch.ts';
import type { Scopes } from '../role-scope.ts';

type GroupMethods = Extract<Method, `groups.${string}` | `roles.${string}` | `folders.${string}`>;

export function groupHandlers(scopes: Scopes, groups: Groups, roles: Roles, folders: Folders): Pick<Handlers, GroupMethods> {
  return {
    'groups.save': (input, call) => groups.save(input, call),
    'groups.list': (_, { caller }) => scopes(caller).groups(),
    'groups.delete': ({ name }, call) => groups.delete(name, call),
    'roles.save': (input, call) => roles.save(input, call),
    'roles.list': (_, { caller }) => scopes(caller).roles(),
    'roles.delete': ({ name }, call) => roles.delete(name, call),
    'folders.save': (input, call) => folders.save(input, call),
    'folders.list': (_, { caller }) => scopes(caller).folders(),
    'folders.delete': ({ name }, call) => folders.delete(name, call),
  };
}
