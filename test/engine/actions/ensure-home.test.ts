import { existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startFileActions } from './file-action.ts';

test('ensure home folder makes the home again, with the folders and rights that it should have', async () => {
  const { act, login, account, real, session } = await startFileActions();
  await session.close('done');
  rmSync(real('/'), { recursive: true });
  const config = { subfolders: ['/in', '/out/done'], mode: '770' };
  expect(await act('ensure-home', config)).toMatchObject({ state: 'done', detail: { created: ['/in', '/out', '/out/done'] } });
  const again = await login(account('alice'));
  expect([(await again.stat('/in')).mode, (await again.stat('/out/done')).mode]).toEqual([0o770, 0o770]);
  expect(await act('ensure-home', { ...config, mode: '700' })).toMatchObject({ state: 'done', detail: { created: [] } });
  expect((await again.stat('/in')).mode).toBe(0o770);
});

test('ensure home folder: an absolute home that is gone is not made, it may be a disk that is not there', async () => {
  const { act, account, store, dataFolder } = await startFileActions();
  const home = `${dataFolder}/disk/alice`;
  store.tables.accounts.update(account('alice').id, { ...account('alice'), home, passwordHash: null });
  expect(await act('ensure-home', {})).toMatchObject({ state: 'failed', error: expect.stringContaining('Nothing is there') as string });
  expect(existsSync(home)).toBe(false);
});

test.each(['8', '999', '0755', 'rwx'])('ensure home folder refuses the rights %s', async (mode) => {
  const { act } = await startFileActions();
  await expect(act('ensure-home', { mode })).rejects.toThrow('three digits from 0 to 7');
});
