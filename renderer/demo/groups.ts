import { type Account, type AccountSettings, accountSettingsSchema } from '../../engine/contract/account.ts';
import { type AccountsFile, accountsFileSchema, type ImportRow } from '../../engine/contract/accounts-file.ts';
import { AppError } from '../../engine/contract/errors.ts';
import type { Folder } from '../../engine/contract/folder.ts';
import { type Group, groupSettingsSchema, type Role } from '../../engine/contract/group.ts';
import type { Method, Output } from '../../engine/contract/rpc.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

type GroupMethods = Extract<Method, `groups.${string}` | `roles.${string}` | `folders.${string}`>;

type Named = { readonly id: number; readonly name: string };

/** What the servers of the demo show. */
const DEMO_KEY = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8';

/** Groups, roles and virtual folders over the made-up world. */
export function demoGroups(world: World): Pick<DemoMethods, GroupMethods> {
  const toGroup = (group: World['groups'][number]): Group => ({
    ...group,
    members: world.accounts.flatMap(({ username, groups }) =>
      groups.filter(({ name }) => name === group.name).map(({ type }) => ({ username, type })),
    ),
  });
  const toRole = (role: World['roles'][number]): Role => ({
    ...role,
    accounts: world.accounts.filter((account) => account.role === role.name).map(({ username }) => username),
    admins: world.admins.filter((admin) => admin.role === role.name).map(({ name }) => name),
  });
  const toFolder = (folder: World['folders'][number]): Folder => ({
    ...folder,
    usedBy: [
      ...world.accounts.flatMap(({ username, folders }) =>
        folders.filter((mount) => mount.folder === folder.name).map(({ path }) => ({ kind: 'user' as const, name: username, path })),
      ),
      ...world.groups.flatMap(({ name, settings }) =>
        settings.folders.filter((mount) => mount.folder === folder.name).map(({ path }) => ({ kind: 'group' as const, name, path })),
      ),
    ],
  });
  const fresh = (list: readonly Named[]) => ({ id: list.length + 1, createdAt: iso(world.now), version: 1, description: '' });

  return {
    'groups.save': ({ name, description, settings, members }) => {
      const before = world.groups.find((group) => group.name === name);
      const saved = put(world.groups, {
        ...fresh(world.groups),
        name,
        settings: groupSettingsSchema.parse({}),
        ...before,
        ...(description === undefined ? {} : { description }),
        ...(settings === undefined ? {} : { settings }),
      });
      if (members !== undefined) {
        for (const [index, account] of world.accounts.entries()) {
          const own = members.find(({ username }) => username === account.username);
          const others = account.groups.filter((group) => group.name !== name);
          world.accounts[index] = { ...account, groups: own === undefined ? others : [...others, { name, type: own.type }] };
        }
      }
      return toGroup(saved);
    },
    'groups.list': () => world.groups.map(toGroup),
    'groups.delete': ({ name }) => toGroup(take(world.groups, name)),
    'roles.save': ({ name, description = '' }) => toRole(put(world.roles, { ...fresh(world.roles), name, description })),
    'roles.list': () => world.roles.map(toRole),
    'roles.delete': ({ name }) => toRole(take(world.roles, name)),
    'folders.save': (input) => {
      const before = world.folders.find(({ name }) => name === input.name);
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      const empty = { ...fresh(world.folders), path: '', remote: null, quotaBytes: 0, quotaFiles: 0, usedBytes: 0, usedFiles: 0 };
      return toFolder(put(world.folders, { ...empty, ...before, ...(given as Pick<Folder, 'name' | 'remote'>) }));
    },
    'folders.list': () => world.folders.map(toFolder),
    'folders.test': ({ remote: { host, fingerprint } }) => {
      if (fingerprint === '')
        throw new AppError(
          'outbound_failed',
          `${host} port 22 shows the host key ${DEMO_KEY}. Enter it as the fingerprint if its owner confirms it.`,
        );
      return { entries: 12 };
    },
    'folders.delete': ({ name }) => toFolder(take(world.folders, name)),
  };
}

/** The demo's engine does not join groups: an account stands as it is. */
export function effectiveAccount(world: World, username: string): Account {
  const account = world.accounts.find((known) => known.username === username);
  if (account === undefined) throw new AppError('not_found');
  return account;
}

export function resetTransfers(world: World, username: string): Account {
  const account = { ...effectiveAccount(world, username), uploadedBytes: 0, downloadedBytes: 0 };
  world.accounts[world.accounts.findIndex(({ id }) => id === account.id)] = account;
  return account;
}

export function exportAccounts(world: World): AccountsFile {
  const settings = Object.keys(accountSettingsSchema.shape) as (keyof AccountSettings)[];
  return accountsFileSchema.parse({
    format: 'gatehouse-accounts',
    version: 1,
    exportedAt: iso(world.now),
    roles: world.roles.map(({ name, description }) => ({ name, description })),
    folders: world.folders
      .filter(({ remote }) => remote === null)
      .map(({ name, description, path, quotaBytes, quotaFiles }) => ({ name, description, path, quotaBytes, quotaFiles })),
    groups: world.groups.map(({ name, description, settings: given }) => ({ name, description, settings: given })),
    accounts: world.accounts.map((account) => ({
      ...Object.fromEntries(settings.map((name) => [name, account[name]])),
      publicKeys: account.publicKeys.map(({ label, key }) => ({ label, key })),
    })),
  });
}

/** The demo only says what an import would do. */
export function importAccounts(world: World, file: AccountsFile, replace: boolean): Output<'accounts.import'> {
  const row = (kind: ImportRow['kind'], name: string, exists: boolean): ImportRow =>
    exists && !replace
      ? { kind, name, change: 'keep', message: 'It exists already.' }
      : { kind, name, change: exists ? 'update' : 'create', message: '' };
  const has = (list: readonly Named[], name: string): boolean => list.some((record) => record.name === name);
  return {
    rows: [
      ...file.roles.map(({ name }) => row('role', name, has(world.roles, name))),
      ...file.folders.map(({ name }) => row('folder', name, has(world.folders, name))),
      ...file.groups.map(({ name }) => row('group', name, has(world.groups, name))),
      ...file.accounts.map(({ username: name }) =>
        row(
          'user',
          name,
          world.accounts.some(({ username }) => username === name),
        ),
      ),
    ],
  };
}

/** Puts a record in its place, by its name. */
function put<T extends Named>(list: T[], record: T): T {
  const index = list.findIndex(({ name }) => name === record.name);
  if (index === -1) list.push(record);
  else list[index] = record;
  return record;
}

function take<T extends Named>(list: T[], name: string): T {
  const index = list.findIndex((record) => record.name === name);
  const [taken] = index === -1 ? [] : list.splice(index, 1);
  if (taken === undefined) throw new AppError('not_found');
  return taken;
}
