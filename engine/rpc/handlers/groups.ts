import type { Folders } from '../../accounts/folders.ts';
import type { Groups } from '../../accounts/groups.ts';
import type { Roles } from '../../accounts/roles.ts';
import type { Method } from '../../contract/rpc.ts';
import type { Handlers } from '../dispatch.ts';

type GroupMethods = Extract<Method, `groups.${string}` | `roles.${string}` | `folders.${string}`>;

export function groupHandlers(groups: Groups, roles: Roles, folders: Folders): Pick<Handlers, GroupMethods> {
  return {
    'groups.save': (input, call) => groups.save(input, call),
    'groups.list': () => groups.list(),
    'groups.delete': ({ name }, call) => groups.delete(name, call),
    'roles.save': (input, call) => roles.save(input, call),
    'roles.list': () => roles.list(),
    'roles.delete': ({ name }, call) => roles.delete(name, call),
    'folders.save': (input, call) => folders.save(input, call),
    'folders.list': () => folders.list(),
    'folders.delete': ({ name }, call) => folders.delete(name, call),
  };
}
