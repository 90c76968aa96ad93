import { describe, expect, test } from 'vitest';
import type { Input, Method, Output } from '../../../engine/contract/rpc.ts';
import type { Caller } from '../../../engine/rpc/caller.ts';
import { OWNER, startApi } from '../../helpers/api.ts';

function start(caller: Caller = OWNER) {
  const api = startApi();
  const call = async <M extends Method>(method: M, input: Input<M>, as = caller): Promise<Output<M>> => {
    const answer = await api.dispatch(method, input, as);
    if (!answer.ok) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.value as Output<M>;
  };
  return { ...api, call };
}

async function office() {
  const api = start();
  await api.call('roles.save', { name: 'north', description: 'The north' });
  await api.call('folders.save', { name: 'prices', path: 'prices', quotaBytes: 9 });
  await api.call('groups.save', {
    name: 'customers',
    settings: { folders: [{ path: '/prices', folder: 'prices' }], limits: { sessions: 3 } },
  });
  await api.call('accounts.save', {
    username: 'acme',
    password: 'correct horse',
    displayName: 'Acme',
    role: 'north',
    groups: [{ name: 'customers', type: 'primary' }],
    permissions: { '/': ['list'] },
  });
  return api;
}

describe('accounts as a file', () => {
  test('come back elsewhere as they were, with their passwords where the hashes went along', async () => {
    const from = await office();
    const file = await from.call('accounts.export', { hashes: true });
    const to = start();
    expect(await to.call('accounts.import', { file })).toEqual({
      rows: [
        { kind: 'role', name: 'north', change: 'create', message: '' },
        { kind: 'folder', name: 'prices', change: 'create', message: '' },
        { kind: 'group', name: 'customers', change: 'create', message: '' },
        { kind: 'user', name: 'acme', change: 'create', message: '' },
      ],
    });
    expect(await to.call('accounts.export', { hashes: true })).toEqual(file);
    expect(await to.recorded('OBJECT_INSERT')).toHaveLength(4);
  });

  test('hold no hash unless it is asked for, and that only by who confirmed lately', async () => {
    const { call } = await office();
    expect(JSON.stringify(await call('accounts.export', {}))).not.toContain('argon2');
    await expect(call('accounts.export', { hashes: true }, { ...OWNER, kind: 'api' })).rejects.toMatchObject({
      code: 'forbidden',
      field: 'hashes',
    });
  });

  test('a dry run says what would happen and changes nothing; names that are nowhere are found', async () => {
    const { call, recorded } = start();
    const file = await (await office()).call('accounts.export', {});
    const broken = { ...file, folders: [], accounts: [...file.accounts, { username: 'lind', groups: [{ name: 'none' }] }] };
    const { rows } = await call('accounts.import', { file: broken, dryRun: true });
    expect(rows.map(({ name, change }) => [name, change])).toEqual([
      ['north', 'create'],
      ['customers', 'failed'],
      ['acme', 'create'],
      ['lind', 'failed'],
    ]);
    expect(rows[3]?.message).toMatch(/the group none/);
    expect(await call('accounts.list', {})).toEqual([]);
    expect(await recorded()).toEqual([]);
  });

  test('what exists is kept or replaced; one that fails stops no other', async () => {
    const { call } = await office();
    const file = await call('accounts.export', {});
    const changed = {
      ...file,
      accounts: [
        { username: 'bad', home: '../x', permissions: { '/': ['*' as const] } },
        { username: 'ACME', displayName: 'New', permissions: { '/': ['*' as const] } },
      ],
    };
    expect((await call('accounts.import', { file: changed })).rows.at(-1)).toMatchObject({ name: 'ACME', change: 'keep' });
    const { rows } = await call('accounts.import', { file: changed, replace: true });
    expect(rows.slice(-2)).toMatchObject([
      { name: 'bad', change: 'failed', message: expect.stringMatching(/inside the exchange folder/) as string },
      { name: 'ACME', change: 'update' },
    ]);
    expect(await call('accounts.list', {})).toMatchObject([{ username: 'acme', displayName: 'New', hasPassword: true }]);
  });

  test.each([
    ['another format', { format: 'x', version: 1, exportedAt: '2026-11-30T00:00:00Z' }, 'file.format'],
    ['a later version', { format: 'gatehouse-accounts', version: 2, exportedAt: '2026-11-30T00:00:00Z' }, 'file.version'],
    [
      'a hash of another kind',
      {
        format: 'gatehouse-accounts',
        version: 1,
        exportedAt: '2026-11-30T00:00:00Z',
        accounts: [{ username: 'a', passwordHash: 'plain' }],
      },
      'file.accounts.0.passwordHash',
    ],
  ])('refused: %s', async (_what, file, field) => {
    const { call } = start();
    await expect(call('accounts.import', { file: file as never })).rejects.toMatchObject({ code: 'invalid_input', field });
  });
});
