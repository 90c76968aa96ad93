import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { names } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

const TREE = { '/in/a.txt': 'a', '/in/b.pdf': 'b', '/in/sub/c.txt': 'c', '/keep.txt': 'k' };

test.each([
  ['files by wildcard', { paths: ['/in/*.txt'] }, ['b.pdf', 'sub']],
  ['a folder with all that is in it', { paths: ['/in/sub'], recursive: true }, ['a.txt', 'b.pdf']],
  ['what is in a folder, which itself stays', { paths: ['/in/'], recursive: true }, []],
  ['nothing where nothing matches', { paths: ['/in/*.zip', '/none/*'] }, ['a.txt', 'b.pdf', 'sub']],
])('delete: %s', async (_what, config, left) => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  expect((await act('delete', config)).error).toBeNull();
  expect(await names(session, '/in')).toEqual(left);
});

test('delete: a full folder stays without the switch for it', async () => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  expect(await act('delete', { paths: ['/in/'] })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('The folder is not empty') as string,
    detail: { deleted: ['/in/a.txt', '/in/b.pdf'], missing: [] },
  });
  expect(await names(session, '/in')).toEqual(['sub']);
});

test('delete: the top folder stays, its contents can go', async () => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  expect(await act('delete', { paths: ['/.'], recursive: true })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('The top folder stays') as string,
  });
  expect(await names(session, '/')).toEqual(['in', 'keep.txt']);
  expect((await act('delete', { paths: ['/'], recursive: true })).error).toBeNull();
  expect(await names(session, '/')).toEqual([]);
});

test('delete: a link goes, what it leads to stays', async () => {
  const { act, place, session, real, read } = await startFileActions();
  place({ ...TREE, '/outside/secret.txt': 's' });
  symlinkSync(real('/outside'), real('/in/link'));
  expect((await act('delete', { paths: ['/in'], recursive: true })).error).toBeNull();
  expect(await names(session, '/')).toEqual(['keep.txt', 'outside']);
  expect(read('/outside/secret.txt').toString()).toBe('s');
});

test('delete: an interrupted upload goes with its folder', async () => {
  const { act, session } = await startFileActions();
  await session.mkdir('/in');
  const upload = await session.openWrite('/in/half.bin', { mode: 'replace', create: true });
  await upload.write([Buffer.from('half')], 0);
  await upload.abort('connection_lost');
  expect((await act('delete', { paths: ['/in'], recursive: true })).error).toBeNull();
  expect(await names(session, '/')).toEqual([]);
});
