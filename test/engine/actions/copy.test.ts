import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { get, names } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

const TREE = { '/in/a.txt': 'a', '/in/b.pdf': 'b', '/in/sub/c.txt': 'c', '/in/sub/deep/d.txt': 'd' };
const pair = (source: string, target: string) => ({ pairs: [{ source, target }] });

test('copy takes a folder with all that is in it, and merges it into one that is there', async () => {
  const { act, place, session, real, recorded } = await startFileActions();
  place({ ...TREE, '/out/a.txt': 'old', '/out/sub/kept.txt': 'kept' });
  mkdirSync(real('/in/empty'));
  expect(await act('copy', pair('/in', '/out'))).toMatchObject({
    state: 'done',
    detail: { done: [{ source: '/in', target: '/out', files: 4, skipped: 0 }] },
  });
  expect(await names(session, '/out')).toEqual(['a.txt', 'b.pdf', 'empty', 'sub']);
  expect(await names(session, '/out/sub')).toEqual(['c.txt', 'deep', 'kept.txt']);
  expect([await get(session, '/out/a.txt'), await get(session, '/out/sub/deep/d.txt')]).toEqual(['a', 'd']);
  expect((await recorded('OBJECT_INSERT', 'OBJECT_UPDATE')).filter(({ info }) => info['operation'] === 'copy')).toHaveLength(4);
});

test.each([
  ['a slash after the source means what is in it', '/in/', '/out', ['a.txt', 'b.pdf', 'sub']],
  ['a slash after the target means into it', '/in/sub', '/out/', ['sub']],
  ['a file goes into a folder that is there', '/in/a.txt', '/out', ['a.txt']],
  ['wildcards choose by name', '/in/*.txt', '/out', ['a.txt']],
  ['wildcards choose folders too', '/in/[as]*', '/out', ['a.txt', 'sub']],
  ['a pattern that nothing matches copies nothing', '/in/*.zip', '/out', []],
])('copy: %s', async (_what, source, target, expected) => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  await session.mkdir('/out');
  expect((await act('copy', pair(source, target))).error).toBeNull();
  expect(await names(session, '/out')).toEqual(expected);
});

test('what a placeholder gives is never a pattern, nor the end of a folder', async () => {
  const { save, session, allRested, login, account } = await startFileActions();
  await save({ triggers: ['upload'], steps: [{ action: 'copy', config: pair('{{.VirtualPath}}', '/out/') }] });
  const partner = await login(account('alice'));
  for (const name of ['*', '[a-z].txt', 'a.txt', '?']) {
    const upload = await partner.openWrite(`/${name}`, { mode: 'replace', create: true });
    await upload.write([Buffer.from(name)], 0);
    await upload.finish();
  }
  expect((await allRested()).map(({ error }) => error)).toEqual([null, null, null, null]);
  expect(await names(session, '/out')).toEqual(['*', '?', '[a-z].txt', 'a.txt']);
});

test('a pattern with a placeholder beside it is used only where the value has no wildcard', async () => {
  const { save, session, allRested, place } = await startFileActions();
  place({ '/in/a-1.log': '', '/in/a-2.log': '', '/in/b-1.log': '' });
  await save({
    triggers: ['mkdir'],
    conditions: { paths: [{ pattern: '/*' }] },
    steps: [{ action: 'copy', config: pair('/in/{{.ObjectName}}-*.log', '/out/') }],
  });
  await session.mkdir('/a');
  await session.mkdir('/[ab]');
  const runs = (await allRested()).filter(({ eventId }) => eventId !== null);
  expect(runs.map(({ state }) => state)).toEqual(['done', 'failed']);
  expect(runs[1]?.error).toContain('A value in the pattern /in/{{.ObjectName}}-*.log has a wildcard of its own');
  expect(await names(session, '/out')).toEqual(['a-1.log', 'a-2.log']);
});

test.each([
  ['into itself', '/in', '/in/copy', 'A folder cannot be copied into itself'],
  ['what is in a folder into one of these', '/in/', '/in/sub', 'A folder cannot be copied into itself'],
  ['what is missing', '/none', '/out', 'Nothing is there under this name'],
  ['a pattern that cannot be read', '/in/[ab', '/out', 'The [ has no closing ]'],
  ['a folder over a file', '/in/sub', '/in/a.txt', '/in/a.txt is not a folder'],
])('copy refuses %s and copies nothing', async (_what, source, target, error) => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  expect(await act('copy', pair(source, target))).toMatchObject({ state: 'failed', error: expect.stringContaining(error) as string });
  expect(await names(session, '/')).toEqual(['in']);
  expect(await names(session, '/in')).toEqual(['a.txt', 'b.pdf', 'sub']);
});

test('copy refuses a folder with a link in it before it copies anything', async () => {
  const { act, place, session, real } = await startFileActions();
  place({ ...TREE, '/secret.txt': 'secret' });
  symlinkSync(real('/secret.txt'), real('/in/sub/link'));
  expect(await act('copy', pair('/in', '/out'))).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('/in/sub/link is a link, and links are not followed') as string,
  });
  expect(await names(session, '/')).toEqual(['in', 'secret.txt']);
});

test('copy deletes the originals afterwards, but not those that it skipped', async () => {
  const { act, place, session } = await startFileActions();
  place({ ...TREE, '/out/a.txt': 'old' });
  const step = await act('copy', { ...pair('/in', '/out'), conflict: 'skip', afterCopy: 'delete' });
  expect(step).toMatchObject({ state: 'done', detail: { done: [{ files: 3, skipped: 1 }] } });
  expect(await names(session, '/in')).toEqual(['a.txt']);
  expect(await get(session, '/out/a.txt')).toBe('old');
  expect(await names(session, '/out/sub')).toEqual(['c.txt', 'deep']);
});

test('copy keeps all originals when a later pair fails', async () => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  const step = await act('copy', {
    pairs: [
      { source: '/in/a.txt', target: '/out/a.txt' },
      { source: '/none', target: '/out/b.txt' },
    ],
    afterCopy: 'delete',
  });
  expect(step.state).toBe('failed');
  expect(await names(session, '/in')).toEqual(['a.txt', 'b.pdf', 'sub']);
});

test('copy leaves out an upload that is not complete yet', async () => {
  const { act, place, session } = await startFileActions();
  place(TREE);
  const open = await session.openWrite('/in/coming.bin', { mode: 'replace', create: true });
  await open.write([Buffer.from('half')], 0);
  expect(await act('copy', pair('/in', '/out'))).toMatchObject({ state: 'done', detail: { done: [{ files: 4, skipped: 1 }] } });
  expect(await names(session, '/out')).toEqual(['a.txt', 'b.pdf', 'sub']);
  await open.abort('error');
});
