import { expect, test } from 'vitest';
import { get, names } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

test.each([
  ['replace', ['a.txt'], 'neu €'],
  ['append', ['a.txt'], 'old neu €'],
  ['skip', ['a.txt'], 'old '],
  ['number', ['a (2).txt', 'a.txt'], 'old '],
])('write text file where there is one: %s', async (whenExists, files, content) => {
  const { act, place, session } = await startFileActions();
  place({ '/notes/a.txt': 'old ' });
  expect((await act('write-file', { path: '/notes/a.txt', text: 'neu €', whenExists })).error).toBeNull();
  expect(await names(session, '/notes')).toEqual(files);
  expect(await get(session, '/notes/a.txt')).toBe(content);
});

test('write text file where there is one: fail', async () => {
  const { act, place, read } = await startFileActions();
  place({ '/a.txt': 'old' });
  expect(await act('write-file', { path: '/a.txt', text: 'new', whenExists: 'fail' })).toMatchObject({
    state: 'failed',
    error: '/a.txt could not be written: /a.txt exists already.',
  });
  expect(read('/a.txt').toString()).toBe('old');
});

test.each(['replace', 'append'])('write text file makes folder and file, also an empty one: %s', async (whenExists) => {
  const { act, session, recorded } = await startFileActions();
  expect(await act('write-file', { path: '/new/deep/a.txt', text: 'one', whenExists })).toMatchObject({
    state: 'done',
    detail: { path: '/new/deep/a.txt', bytes: 3 },
  });
  expect((await act('write-file', { path: '/new/empty.txt', text: '', whenExists })).error).toBeNull();
  expect([await get(session, '/new/deep/a.txt'), await get(session, '/new/empty.txt')]).toEqual(['one', '']);
  expect((await recorded('OBJECT_INSERT')).filter(({ path }) => path === '/new/deep/a.txt')).toMatchObject([{ origin: 'rule' }]);
});

test('write text file keeps to the quota and leaves nothing of what did not fit', async () => {
  const { act, account, store, session, place } = await startFileActions();
  place({ '/log.txt': 'old' });
  const { id } = account('alice');
  store.tables.accounts.update(id, { ...account('alice'), quotaBytes: 10, passwordHash: null });
  for (const config of [
    { path: '/b.txt', text: 'longer than ten bytes' },
    { path: '/log.txt', text: 'longer than ten bytes', whenExists: 'append' },
  ])
    expect(await act('write-file', config)).toMatchObject({ state: 'failed', error: expect.stringContaining('storage is full') as string });
  expect(await names(session, '/')).toEqual(['log.txt']);
  expect(await get(session, '/log.txt')).toBe('old');
});
