import { AppError } from '../contract/errors.ts';
import { type Group, type GroupInput, type GroupSettings, groupSettingsSchema } from '../contract/group.ts';
import type { Account } from '../contract/account.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { GroupRow } from '../store/groups-table.ts';
import type { Store } from '../store/index.ts';
import { ensureHome, type HomeFolders } from './home.ts';
import { applyGroups } from './inheritance.ts';
import { deleteRecord, requireRecord, saveRecord } from './record-changes.ts';
import { requireFolders, requirePatterns, requireZones } from './references.ts';
import type { Accounts, Change } from './service.ts';

/** Groups of accounts, whose settings their members take over. */
export type Groups = {
  /**
   * Creates the group, or changes the one of this name (in any case); what is left out stays. Sessions of its members follow at once. Rejects
   * with `invalid_input` (with the field) when a member could not go on with it.
   */
  save(input: GroupInput, by: Change): Promise<Group>;
  /** In the order of their names. */
  list(): Group[];
  /** Rejects with `not_found`, or `in_use` while it has members. Resolves with what it was. */
  delete(name: string, by: Change): Promise<Group>;
};

export type GroupServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly folders: () => HomeFolders;
};

export function createGroups({ store, events, clock, accounts, folders }: GroupServices): Groups {
  const table = store.tables.groups;

  const membersOf = (name: string): { account: Account; type: Account['groups'][number]['type'] }[] =>
    accounts.list().flatMap((account) => {
      const own = account.groups.find((group) => group.name === name);
      return own === undefined ? [] : [{ account, type: own.type }];
    });

  function toGroup({ createdAt, ...row }: GroupRow): Group {
    const members = membersOf(row.name).map(({ account: { username }, type }) => ({ username, type }));
    return { ...row, members, createdAt: isoTime(createdAt) };
  }

  /** Each member goes on with the new settings, or the whole change is refused. */
  async function checkMembers(name: string, settings: GroupSettings): Promise<void> {
    for (const { account } of membersOf(name)) {
      const applied = account.groups.flatMap((own) => {
        const row = table.byName(own.name);
        return row === undefined ? [] : [{ type: own.type, settings: row.name === name ? settings : row.settings }];
      });
      const effective = applyGroups(account, applied);
      if (effective.permissions['/'] === undefined)
        throw new AppError('invalid_input', `State the permissions of / too: ${account.username} has none of its own.`, {
          field: 'settings.permissions',
        });
      if (account.home === '') await ensureHome(effective.home, folders(), { field: 'settings.home', what: 'home folder' });
    }
  }

  /** Brings the members to what is wished, each as a change of its account. */
  async function setMembers(name: string, wanted: NonNullable<GroupInput['members']>, by: Change): Promise<void> {
    const byUsername = new Map(wanted.map(({ username, type }) => [username.toLowerCase(), type ?? 'primary']));
    for (const username of byUsername.keys())
      if (accounts.get(username) === undefined)
        throw new AppError('invalid_input', `There is no account named ${username}. See accounts.list.`, { field: 'members' });
    for (const account of accounts.list()) {
      const type = byUsername.get(account.username.toLowerCase());
      const own = account.groups.find((group) => group.name === name);
      if (own?.type === type) continue;
      const others = account.groups
        .filter((group) => group.name !== name)
        // There is one primary group at most: the one that was it goes on as a secondary one.
        .map((group) => (type === 'primary' && group.type === 'primary' ? { ...group, type: 'secondary' as const } : group));
      await accounts.save({ username: account.username, groups: type === undefined ? others : [...others, { name, type }] }, by);
    }
  }

  return {
    async save(input, by) {
      const before = table.byName(input.name);
      const name = before?.name ?? input.name;
      const settings = groupSettingsSchema.parse(input.settings ?? before?.settings ?? {});
      const checked = { ...settings, folders: requireFolders(store, settings.folders, 'settings.folders') };
      requirePatterns(checked.patterns, 'settings.patterns');
      requireZones(checked.limits, 'settings.limits');
      await checkMembers(name, checked);
      const values = { name, description: input.description ?? before?.description ?? '', settings: checked };
      await saveRecord(events, 'group', values, before, by, (id) => {
        if (id === null) table.insert(values, clock.now());
        else table.update(id, values);
        return requireRecord(table.byName(name), 'group');
      });
      if (input.members !== undefined) await setMembers(name, input.members, by);
      accounts.retell(
        membersOf(name).map(({ account }) => account.id),
        by,
      );
      return toGroup(requireRecord(table.byName(name), 'group'));
    },
    list: () => table.all().map(toGroup),
    async delete(name, by) {
      const row = requireRecord(table.byName(name), 'group');
      const group = toGroup(row);
      const [member] = group.members;
      if (member !== undefined)
        throw new AppError('in_use', `${member.username} belongs to this group. Take its members out first.`, { field: 'name' });
      await deleteRecord(events, 'group', row, by, () => table.remove(row.id));
      return group;
    },
  };
}
