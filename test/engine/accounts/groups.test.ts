import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Input, Method, Output } from '../../../engine/contract/rpc.ts';
import { OWNER, startApi } from '../../helpers/api.ts';

/** The methods as scripts call them; a refusal is thrown with its code, field and words. */
function start() {
  const api = startApi();
  const call = async <M extends Method>(method: M, input: Input<M>): Promise<Output<M>> => {
    const answer = await api.dispatch(method, input, OWNER);
    if (!answer.ok) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.value as Output<M>;
  };
  return { ...api, call };
}

describe('groups', () => {
  test('are made, changed by parts and deleted, each with its event', async () => {
    const { call, recorded } = start();
    await call('groups.save', { name: 'Customers', description: 'All', settings: { quotaBytes: 5 } });
    expect(await call('groups.save', { name: 'customers', description: 'Ours' })).toMatchObject({
      name: 'Customers',
      description: 'Ours',
      settings: { quotaBytes: 5 },
      version: 2,
    });
    await call('groups.delete', { name: 'CUSTOMERS' });
    expect(await call('groups.list', {})).toEqual([]);
    expect(await recorded()).toMatchObject([
      { type: 'OBJECT_INSERT', basetype: 'group', object_version: 1, info: { operation: 'create', new: 'Customers' } },
      {
        type: 'OBJECT_UPDATE',
        basetype: 'group',
        object_version: 2,
        info: { operation: 'update', old: { name: 'Customers', description: 'All' }, new: { name: 'Customers', description: 'Ours' } },
      },
      { type: 'OBJECT_DELETE', basetype: 'group', object_version: 2, info: { operation: 'delete', old: 'Customers' } },
    ]);
  });

  test('an account belongs to them by name; what holds for it follows every change of theirs', async () => {
    const { call, accounts } = start();
    await call('groups.save', { name: 'customers', settings: { quotaBytes: 5 } });
    await call('accounts.save', { username: 'acme', groups: [{ name: 'CUSTOMERS', type: 'primary' }] });
    const heard: string[] = [];
    accounts.onChange(({ username }, change) => void heard.push(`${username} ${change}`));
    expect(await call('accounts.effective', { username: 'acme' })).toMatchObject({ quotaBytes: 5 });
    await call('groups.save', { name: 'customers', settings: { quotaBytes: 7 } });
    expect(heard).toEqual(['acme updated']);
    expect(await call('accounts.effective', { username: 'acme' })).toMatchObject({ quotaBytes: 7 });
    expect(await call('accounts.list', {})).toMatchObject([{ quotaBytes: 0, groups: [{ name: 'customers', type: 'primary' }] }]);
  });

  test('a new member without a home or rights of its own has those of the primary group', async () => {
    const { call, dataFolder } = start();
    await call('groups.save', { name: 'customers', settings: { home: 'customers/%username%', permissions: { '/': ['list'] } } });
    await call('accounts.save', { username: 'acme', groups: [{ name: 'customers', type: 'primary' }] });
    expect(await call('accounts.effective', { username: 'acme' })).toMatchObject({
      home: 'customers/acme',
      permissions: { '/': ['list'] },
    });
    expect(existsSync(join(dataFolder, 'exchange', 'customers', 'acme'))).toBe(true);
  });

  test('members are set from the group too; there stays one primary group', async () => {
    const { call } = start();
    for (const username of ['acme', 'brandt', 'lind']) await call('accounts.save', { username });
    await call('groups.save', { name: 'old', members: [{ username: 'acme' }, { username: 'lind', type: 'membership' }] });
    await call('groups.save', { name: 'new', members: [{ username: 'ACME' }, { username: 'brandt', type: 'secondary' }] });
    expect(await call('accounts.list', {})).toMatchObject([
      {
        username: 'acme',
        groups: [
          { name: 'old', type: 'secondary' },
          { name: 'new', type: 'primary' },
        ],
      },
      { username: 'brandt', groups: [{ name: 'new', type: 'secondary' }] },
      { username: 'lind', groups: [{ name: 'old', type: 'membership' }] },
    ]);
    expect(await call('groups.save', { name: 'new', members: [] })).toMatchObject({ members: [] });
  });

  test.each<[string, Method, unknown, { code: string; field: string; message: RegExp }]>([
    [
      'a group that is not there',
      'accounts.save',
      { username: 'acme', groups: [{ name: 'x' }] },
      { code: 'invalid_input', field: 'groups.0.name', message: /no group named x/ },
    ],
    [
      'two primary groups',
      'accounts.save',
      {
        username: 'acme',
        groups: [
          { name: 'used', type: 'primary' },
          { name: 'b', type: 'primary' },
        ],
      },
      { code: 'invalid_input', field: 'groups', message: /one primary/ },
    ],
    [
      'a role that is not there',
      'accounts.save',
      { username: 'acme', role: 'x' },
      { code: 'invalid_input', field: 'role', message: /no role named x/ },
    ],
    [
      'a folder that is not there',
      'groups.save',
      { name: 'used', settings: { folders: [{ path: '/a', folder: 'x' }] } },
      { code: 'invalid_input', field: 'settings.folders.0.folder', message: /no folder named x/ },
    ],
    [
      'a member that is not there',
      'groups.save',
      { name: 'used', members: [{ username: 'nobody' }] },
      { code: 'invalid_input', field: 'members', message: /no account named nobody/ },
    ],
    [
      'a home outside',
      'groups.save',
      { name: 'used', settings: { home: '../%username%', permissions: { '/': ['*'] } } },
      { code: 'invalid_input', field: 'settings.home', message: /inside the exchange folder/ },
    ],
    [
      'to take the rights of / from members who have none',
      'groups.save',
      { name: 'used', settings: { home: 'x/%username%' } },
      { code: 'invalid_input', field: 'settings.permissions', message: /member has none/ },
    ],
    [
      'to delete one with members',
      'groups.delete',
      { name: 'used' },
      { code: 'in_use', field: 'name', message: /member belongs to this group/ },
    ],
    ['to delete one that is not there', 'groups.delete', { name: 'x' }, { code: 'not_found', field: 'name', message: /groups\.list/ }],
    [
      'hours in a zone that nobody knows',
      'groups.save',
      { name: 'used', settings: { permissions: { '/': ['*'] }, limits: { hours: [{ zone: 'Mars/Base' }] } } },
      { code: 'invalid_input', field: 'settings.limits.hours.0.zone', message: /Mars\/Base/ },
    ],
  ])('refused: %s', async (_what, method, input, expected) => {
    const { call } = start();
    await call('groups.save', { name: 'used', settings: { home: 'x/%username%', permissions: { '/': ['*'] } } });
    await call('accounts.save', { username: 'member', groups: [{ name: 'used', type: 'primary' }] });
    await expect(call(method, input as never)).rejects.toMatchObject({
      ...expected,
      message: expect.stringMatching(expected.message) as string,
    });
  });
});

describe('roles', () => {
  test('name their accounts and stay while they have some', async () => {
    const { call, recorded } = start();
    await call('roles.save', { name: 'north', description: 'The north' });
    await call('accounts.save', { username: 'acme', role: 'NORTH' });
    expect(await call('roles.list', {})).toMatchObject([{ name: 'north', accounts: ['acme'] }]);
    await expect(call('roles.delete', { name: 'north' })).rejects.toMatchObject({ code: 'in_use' });
    await call('accounts.save', { username: 'acme', role: null });
    await call('roles.delete', { name: 'north' });
    expect((await recorded()).filter(({ basetype }) => basetype === 'role').map(({ type }) => type)).toEqual([
      'OBJECT_INSERT',
      'OBJECT_DELETE',
    ]);
  });
});

describe('virtual folders', () => {
  test('on another server are for rules alone; their secrets are sealed, kept by reference, and go with them', async () => {
    const { call, secrets, store } = start();
    const server = { host: 'files.example.com', port: 0, username: 'me', privateKey: '', passphrase: '', fingerprint: '' };
    const remote = { ...server, password: 'sesame-123' };
    await expect(call('folders.save', { name: 'far', path: 'in', remote })).rejects.toMatchObject({ field: 'path' });
    const saved = await call('folders.save', { name: 'far', path: '/in', remote, quotaBytes: 5 });
    expect(saved).toMatchObject({ path: '/in', remote: server, quotaBytes: 0 });
    const password = saved.remote?.password;
    if (typeof password !== 'object') throw new Error('the password is not sealed');
    expect(secrets.get(password)).toBe('sesame-123');
    expect(JSON.stringify([await call('folders.list', {}), store.tables.folders.all()])).not.toContain('sesame');
    // What is given back stays; a secret of something else cannot be sent anywhere.
    const again = await call('folders.save', { name: 'far', remote: { ...server, host: 'other.example.com', password } });
    expect(again.remote).toEqual({ ...server, host: 'other.example.com', password });
    const foreign = secrets.put('of the mail server');
    await expect(call('folders.save', { name: 'far', remote: { ...server, password: foreign } })).rejects.toMatchObject({
      field: 'remote.password',
    });
    // Nobody has it in a tree, and what somebody has does not become one.
    const mount = { username: 'acme', folders: [{ path: '/far', folder: 'far' }] };
    await expect(call('accounts.save', mount)).rejects.toMatchObject({ code: 'invalid_input', field: 'folders.0.folder' });
    await call('folders.save', { name: 'near', path: 'near' });
    await call('accounts.save', { username: 'acme', folders: [{ path: '/near', folder: 'near' }] });
    await expect(call('folders.save', { name: 'near', path: '/in', remote })).rejects.toMatchObject({
      field: 'remote',
      message: expect.stringContaining('The user acme has this folder at /near') as string,
    });
    await call('folders.save', { name: 'far', path: 'far', remote: null });
    expect(() => secrets.get(password)).toThrow();
    expect((await call('folders.list', {})).map(({ name, remote: where }) => [name, where])).toEqual([
      ['far', null],
      ['near', null],
    ]);
  });

  test('are made on the disk, say who has them, and stay while somebody does', async () => {
    const { call, dataFolder, recorded } = start();
    await call('folders.save', { name: 'prices', path: 'shared/prices', quotaBytes: 10 });
    expect(existsSync(join(dataFolder, 'exchange', 'shared', 'prices'))).toBe(true);
    await call('groups.save', { name: 'customers', settings: { folders: [{ path: '/prices', folder: 'PRICES' }] } });
    await call('accounts.save', { username: 'acme', folders: [{ path: '/p', folder: 'prices', countsInAccount: true }] });
    expect(await call('folders.list', {})).toMatchObject([
      {
        name: 'prices',
        quotaBytes: 10,
        usedBytes: 0,
        usedBy: [
          { kind: 'user', name: 'acme', path: '/p' },
          { kind: 'group', name: 'customers', path: '/prices' },
        ],
      },
    ]);
    await expect(call('folders.delete', { name: 'prices' })).rejects.toMatchObject({
      code: 'in_use',
      message: expect.stringMatching(/acme.*\/p/) as string,
    });
    await call('accounts.save', { username: 'acme', folders: [] });
    await call('groups.save', { name: 'customers', settings: {} });
    await call('folders.delete', { name: 'prices' });
    expect((await recorded()).filter(({ basetype }) => basetype === 'folder').map(({ type }) => type)).toEqual([
      'OBJECT_INSERT',
      'OBJECT_DELETE',
    ]);
    expect(existsSync(join(dataFolder, 'exchange', 'shared', 'prices'))).toBe(true);
  });

  test.each([
    ['no path', { name: 'new' }, 'path'],
    ['a path that leads out', { name: 'new', path: '../x' }, 'path'],
    ["Gatehouse's own data", { name: 'new', path: 'DATA' }, 'path'],
  ])('refused with %s', async (_what, input, field) => {
    const { call, dataFolder } = start();
    const given = 'path' in input && input.path === 'DATA' ? { ...input, path: dataFolder } : input;
    await expect(call('folders.save', given)).rejects.toMatchObject({ code: 'invalid_input', field });
    expect(await call('folders.list', {})).toEqual([]);
  });

  test("a path with %username% is made for each account that has it, and may not show Gatehouse's data for anybody", async () => {
    const { call, dataFolder } = start();
    await call('folders.save', { name: 'own', path: 'extra/%username%' });
    await call('accounts.save', { username: 'acme', folders: [{ path: '/extra', folder: 'own' }] });
    expect(existsSync(join(dataFolder, 'exchange', 'extra', 'acme'))).toBe(true);
    await call('accounts.save', { username: 'keys', folders: [{ path: '/extra', folder: 'own' }] });
    await expect(call('folders.save', { name: 'own', path: `${dataFolder}/%username%` })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'path',
    });
  });
});
