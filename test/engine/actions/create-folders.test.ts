import { expect, test } from 'vitest';
import { names } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

test('create folders: those above are made, those that are there stay', async () => {
  const { act, session, place } = await startFileActions();
  place({ '/in/a.txt': 'a' });
  const step = await act('create-folders', { paths: ['/in', '/x/y/z', '../outside', 'in\\deep'] });
  expect(step).toMatchObject({ state: 'done', detail: { created: ['/x', '/x/y', '/x/y/z', '/outside', '/in/deep'] } });
  expect(await names(session, '/')).toEqual(['in', 'outside', 'x']);
  expect(await names(session, '/in')).toEqual(['a.txt', 'deep']);
  expect(await act('create-folders', { paths: ['/x/y/z'] })).toMatchObject({ state: 'done', detail: { created: [] } });
});

test('create folders fails where a file has the name, and says what was made before', async () => {
  const { act, place } = await startFileActions();
  place({ '/file': 'a' });
  expect(await act('create-folders', { paths: ['/new', '/file'] })).toMatchObject({
    state: 'failed',
    error: '/file could not be made: /file is not a folder.',
    detail: { created: ['/new'] },
  });
});

test('create folders needs a path', async () => {
  const { act } = await startFileActions();
  await expect(act('create-folders', { paths: [] })).rejects.toThrow('Name a folder.');
});
