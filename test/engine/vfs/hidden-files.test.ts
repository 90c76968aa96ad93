import { expect, it } from 'vitest';
import { createHiddenFiles } from '../../../engine/vfs/hidden-files.ts';
import { isTemporary } from '../../../engine/vfs/names.ts';
import { put, startVfs } from '../../helpers/vfs.ts';

it('names hidden files so that no two are the same, in any process', async () => {
  const { store } = await startVfs();
  const [one, other] = [createHiddenFiles(store), createHiddenFiles(store)];
  const names = [one.newName(), one.newName(), other.newName(), other.newName()];
  expect(new Set(names).size).toBe(4);
  expect(names.every(isTemporary)).toBe(true);
});

it('notes each folder once', async () => {
  const test = await startVfs();
  const session = await test.login(test.account('acme'));
  await session.mkdir('/d');
  for (const path of ['/a', '/b', '/d/a', '/d/b', '/c']) await put(session, path, 'x');
  expect(test.store.tables.uploads.folders().map(({ key }) => key.slice(test.exchange.length))).toEqual(['/acme', '/acme/d']);
});

it('forgets folders when there are many, since their files have their rows by then', async () => {
  const { store } = await startVfs();
  const hidden = createHiddenFiles(store);
  for (let folder = 0; folder <= 1000; folder++) hidden.expectIn(`/folder/${String(folder)}`);
  expect(store.tables.uploads.folders().map(({ key }) => key)).toEqual(['/folder/1000']);
  hidden.expectIn('/folder/0');
  expect(store.tables.uploads.folders()).toHaveLength(2);
});
