import { utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { names } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

test.each([
  [false, 1000],
  [true, undefined],
])('rename several; date them now: %s', async (updateTimes, mtimeMs) => {
  const { act, place, session, real, clock } = await startFileActions();
  place({ '/a.txt': 'a', '/dir/b.txt': 'b' });
  for (const path of ['/a.txt', '/dir']) utimesSync(real(path), 1, 1);
  const step = await act('rename', {
    pairs: [
      { source: '/a.txt', target: '/x/y/a.txt' },
      { source: '/dir', target: '/x/dir' },
    ],
    updateTimes,
  });
  expect(step).toMatchObject({ state: 'done', detail: { done: [{ target: '/x/y/a.txt' }, { target: '/x/dir' }] } });
  expect(await names(session, '/')).toEqual(['x']);
  const expected = mtimeMs ?? clock.now();
  expect([(await session.stat('/x/y/a.txt')).mtimeMs, (await session.stat('/x/dir')).mtimeMs]).toEqual([expected, expected]);
});

test.each([
  ['a folder onto a folder', '/dir', '/other', 'Something with this name exists already'],
  ['a folder into itself', '/dir', '/dir/sub', 'A folder cannot be moved into itself'],
  ['the top folder', '/', '/x', 'top folder'],
  ['what is missing', '/none', '/x', 'Nothing is there under this name'],
])('rename refuses %s', async (_what, source, target, error) => {
  const { act, place } = await startFileActions();
  place({ '/dir/b.txt': 'b', '/other/c.txt': 'c' });
  expect(await act('rename', { pairs: [{ source, target }] })).toMatchObject({
    state: 'failed',
    error: expect.stringContaining(error) as string,
  });
});
