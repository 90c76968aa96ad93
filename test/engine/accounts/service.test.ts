import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureExchangeFolder } from '../../../engine/accounts/home.ts';
import { startApi, TESTER } from '../../helpers/api.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOff2E/Eco0fz+IG5j6C5ClzvFAZudxQsUv0YHDb2iMr';

describe('saving', () => {
  test('a name and a password make a whole account with its home folder and its event', async () => {
    const { accounts, dataFolder, recorded } = startApi();
    const account = await accounts.save({ username: 'acme', password: 'secret' }, { ...TESTER, batchId: 7 });
    expect(account).toMatchObject({
      username: 'acme',
      enabled: true,
      home: 'acme',
      permissions: { '/': ['*'] },
      hasPassword: true,
      lastSignInAt: null,
      version: 1,
    });
    expect(existsSync(join(dataFolder, 'exchange', 'acme'))).toBe(true);
    const [event] = await recorded('OBJECT_INSERT');
    expect(event).toMatchObject({
      schema: 'BASE',
      basetype: 'user',
      object_id: account.id,
      object_version: 1,
      batch_id: 7,
      info: { operation: 'create', new: 'acme' },
    });
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  test('an existing account keeps what is left out, whatever the case of the name', async () => {
    const { accounts, recorded } = startApi();
    await accounts.save(
      { username: 'Acme', password: 'secret', email: 'a@acme.example', publicKeys: [{ label: '', key: `${KEY} anna` }] },
      TESTER,
    );
    const changed = await accounts.save({ username: 'ACME', displayName: 'Acme Ltd', quotaBytes: 5 }, TESTER);
    expect(changed).toMatchObject({
      username: 'Acme',
      displayName: 'Acme Ltd',
      email: 'a@acme.example',
      quotaBytes: 5,
      hasPassword: true,
      version: 2,
    });
    expect(changed.publicKeys).toMatchObject([{ label: 'anna', key: KEY }]);
    expect(accounts.list()).toHaveLength(1);
    expect(await recorded('OBJECT_UPDATE')).toMatchObject([
      {
        object_version: 2,
        info: { old: { name: 'Acme', quotaBytes: 0 }, new: { name: 'Acme', displayName: 'Acme Ltd', quotaBytes: 5 } },
      },
    ]);
    await accounts.save({ username: 'acme', password: 'another horse battery' }, TESTER);
    const [, password] = await recorded('OBJECT_UPDATE');
    expect(password?.info['new']).toEqual({ name: 'Acme', password: '***' });
  });

  test('two at once for a new name make one account', async () => {
    const { accounts } = startApi();
    await Promise.all([
      accounts.save({ username: 'twin', password: 'a' }, TESTER),
      accounts.save({ username: 'TWIN', password: 'b' }, TESTER),
    ]);
    expect(accounts.list()).toMatchObject([{ username: 'twin', version: 2 }]);
  });

  test('a refused key names its place and writes nothing', async () => {
    const { accounts, recorded } = startApi();
    const publicKeys = [
      { label: '', key: KEY },
      { label: '', key: 'nonsense' },
    ];
    await expect(accounts.save({ username: 'acme', publicKeys }, TESTER)).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'publicKeys.1.key',
    });
    const twice = [
      { label: '', key: KEY },
      { label: '', key: KEY },
    ];
    await expect(accounts.save({ username: 'acme', publicKeys: twice }, TESTER)).rejects.toMatchObject({ field: 'publicKeys.1.key' });
    expect(accounts.list()).toEqual([]);
    expect(await recorded()).toEqual([]);
  });
});

describe('deleting', () => {
  test('the record goes with an event, the files stay', async () => {
    const { accounts, dataFolder, recorded } = startApi();
    await accounts.save({ username: 'acme', password: 'secret' }, TESTER);
    await accounts.delete('ACME', TESTER);
    expect(accounts.get('acme')).toBeUndefined();
    expect(existsSync(join(dataFolder, 'exchange', 'acme'))).toBe(true);
    expect(await recorded('OBJECT_DELETE')).toMatchObject([{ info: { operation: 'delete', old: 'acme' } }]);
    await expect(accounts.delete('acme', TESTER)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('those who follow changes hear of each with its kind', async () => {
    const { accounts } = startApi();
    const heard: string[] = [];
    const end = accounts.onChange(({ username }, change) => void heard.push(`${username} ${change}`));
    await accounts.save({ username: 'acme' }, TESTER);
    await accounts.save({ username: 'acme', displayName: 'A' }, TESTER);
    await accounts.save({ username: 'acme', enabled: false }, TESTER);
    await accounts.delete('acme', TESTER);
    end();
    await accounts.save({ username: 'acme' }, TESTER);
    expect(heard).toEqual(['acme created', 'acme updated', 'acme disabled', 'acme deleted']);
  });
});

describe('home folders', () => {
  test.each(['..', '../x', 'a/../../b', 'a//b', './a', '.', 'a\\b', 'a/'])('the relative home %j is refused', async (home) => {
    const { accounts } = startApi();
    await expect(accounts.save({ username: 'acme', home }, TESTER)).rejects.toMatchObject({ code: 'invalid_input', field: 'home' });
  });

  test('a relative home may have folders above it', async () => {
    const { accounts, dataFolder } = startApi();
    await accounts.save({ username: 'acme', home: 'partners/acme' }, TESTER);
    expect(existsSync(join(dataFolder, 'exchange', 'partners', 'acme'))).toBe(true);
  });

  test('the data folder, what is inside and what is around it are refused', async () => {
    const { accounts, dataFolder } = startApi();
    for (const home of [dataFolder, join(dataFolder, 'keys'), join(dataFolder, 'new'), join(dataFolder, '..'), '/']) {
      await expect(accounts.save({ username: 'acme', home }, TESTER), home).rejects.toMatchObject({ code: 'invalid_input', field: 'home' });
    }
    expect(existsSync(join(dataFolder, 'new'))).toBe(false);
  });

  test('links that lead to the data folder or out of the exchange folder are refused', async () => {
    const { accounts, dataFolder } = startApi();
    const outside = temporaryFolder();
    mkdirSync(join(dataFolder, 'exchange'));
    symlinkSync(outside, join(dataFolder, 'exchange', 'out'));
    symlinkSync(join(dataFolder, 'keys'), join(outside, 'keys'));
    await expect(accounts.save({ username: 'acme', home: 'out' }, TESTER)).rejects.toThrow(/leads out of the exchange folder/);
    await expect(accounts.save({ username: 'acme', home: join(outside, 'keys') }, TESTER)).rejects.toThrow(/own data/);
  });

  test('an absolute home is made when only it is missing', async () => {
    const { accounts } = startApi();
    const parent = temporaryFolder();
    await accounts.save({ username: 'acme', home: join(parent, 'acme') }, TESTER);
    expect(existsSync(join(parent, 'acme'))).toBe(true);
    await expect(accounts.save({ username: 'other', home: join(parent, 'missing', 'other') }, TESTER)).rejects.toMatchObject({
      code: 'folder_missing',
      field: 'home',
    });
    writeFileSync(join(parent, 'file'), '');
    await expect(accounts.save({ username: 'other', home: join(parent, 'file') }, TESTER)).rejects.toThrow(/There is a file/);
  });

  test('the exchange folder may be anywhere but around or inside the private data', async () => {
    const dataFolder = temporaryFolder();
    const other = temporaryFolder();
    expect(await ensureExchangeFolder('', dataFolder)).toBe(join(dataFolder, 'exchange'));
    expect(await ensureExchangeFolder(join(other, 'files'), dataFolder)).toBe(join(other, 'files'));
    for (const folder of ['relative', dataFolder, join(dataFolder, 'keys'), join(dataFolder, '..')]) {
      await expect(ensureExchangeFolder(folder, dataFolder), folder).rejects.toMatchObject({
        code: 'invalid_input',
        field: 'exchange.folder',
      });
    }
    await expect(ensureExchangeFolder(join(other, 'no', 'such'), dataFolder)).rejects.toMatchObject({ code: 'folder_missing' });
  });
});
