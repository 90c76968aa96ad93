import { AppError } from '../contract/errors.ts';
import type { Role, RoleInput } from '../contract/group.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { RoleRow } from '../store/roles-table.ts';
import { deleteRecord, requireRecord, saveRecord } from './record-changes.ts';
import type { Accounts, Change } from './service.ts';

/** Roles: which accounts belong to whose administrators. */
export type Roles = {
  /** Creates the role, or changes the one of this name (in any case); what is left out stays. */
  save(input: RoleInput, by: Change): Promise<Role>;
  /** In the order of their names. */
  list(): Role[];
  /** Rejects with `not_found`, or `in_use` while an account, administrator or token has it. Resolves with what it was. */
  delete(name: string, by: Change): Promise<Role>;
};

export function createRoles(services: {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly accounts: Pick<Accounts, 'list'>;
}): Roles {
  const { store, events, clock, accounts } = services;
  const table = store.tables.roles;

  function toRole({ createdAt, ...row }: RoleRow): Role {
    const own = accounts.list().filter(({ role }) => role === row.name);
    const admins = store.tables.admins.all().filter(({ role }) => role === row.name);
    return {
      ...row,
      accounts: own.map(({ username }) => username),
      admins: admins.map(({ name }) => name),
      createdAt: isoTime(createdAt),
    };
  }

  return {
    async save(input, by) {
      const before = table.byName(input.name);
      const name = before?.name ?? input.name;
      const values = { name, description: input.description ?? before?.description ?? '' };
      const row = await saveRecord(events, 'role', values, before, by, (id) => {
        if (id === null) table.insert(values, clock.now());
        else table.update(id, values);
        return requireRecord(table.byName(name), 'role');
      });
      return toRole(row);
    },
    list: () => table.all().map(toRole),
    async delete(name, by) {
      const row = requireRecord(table.byName(name), 'role');
      const role = toRole(row);
      const [user] = role.accounts;
      if (user !== undefined)
        throw new AppError('in_use', `${user} has this role. Give its accounts another one first.`, { field: 'name' });
      const [admin] = role.admins;
      if (admin !== undefined)
        throw new AppError('in_use', `The administrator ${admin} has this role. Give him another one, or none, first.`, { field: 'name' });
      const token = store.tables.apiTokens.all().find((made) => made.role === role.name);
      if (token !== undefined)
        throw new AppError('in_use', `The token ${token.name} reaches the accounts of this role. Delete it first.`, { field: 'name' });
      await deleteRecord(events, 'role', row, by, () => table.remove(row.id));
      return role;
    },
  };
}
