import { expect, test } from 'vitest';
import { put } from '../../helpers/vfs.ts';
import { startFileActions } from './file-action.ts';

test('set metadata and metadata check: a key follows a rename, is copied, and goes with the file', async () => {
  const engine = await startFileActions();
  const { act, session } = engine;
  await put(session, '/a.txt', 'a');
  const check = async (path: string, value: string) => (await act('metadata-check', { path, key: 'scanned', value })).state;
  const set = (path: string, value: string) => act('set-metadata', { path, entries: [{ key: 'scanned', value }] });

  expect(await check('/a.txt', '')).toBe('done');
  expect(await set('/a.txt', 'clean')).toMatchObject({ state: 'done', detail: { metadata: { scanned: 'clean' } } });
  expect(await check('/a.txt', 'clean')).toBe('done');
  expect(await act('metadata-check', { path: '/a.txt', key: 'scanned', value: 'infected' })).toMatchObject({
    state: 'failed',
    error: 'scanned of /a.txt is "clean".',
    detail: { found: 'clean' },
  });
  expect(await act('metadata-check', { path: '/a.txt', key: 'other', value: 'x' })).toMatchObject({ error: '/a.txt has no other.' });

  await session.mkdir('/dir');
  await session.rename('/a.txt', '/dir/b.txt', { overwrite: false });
  await session.rename('/dir', '/moved', { overwrite: false });
  expect(await session.metadata('/moved/b.txt')).toEqual({ scanned: 'clean' });
  await put(session, '/old.txt', 'had another');
  await set('/old.txt', 'infected');
  await session.copy('/moved/b.txt', '/old.txt', { overwrite: true });
  expect(await session.metadata('/old.txt')).toEqual({ scanned: 'clean' });
  await put(session, '/old.txt', 'new content');
  expect(await session.metadata('/old.txt')).toEqual({ scanned: 'clean' });

  await session.remove('/old.txt');
  await put(session, '/old.txt', 'another file');
  expect(await session.metadata('/old.txt')).toEqual({});
  await session.rename('/old.txt', '/moved/b.txt', { overwrite: true });
  expect(await session.metadata('/moved/b.txt')).toEqual({});
  await set('/moved/b.txt', 'clean');
  await set('/moved/b.txt', '');
  expect(await check('/moved/b.txt', '')).toBe('done');
  expect(await check('/none.txt', '')).toBe('failed');
});

test('metadata check waits for what another rule sets', async () => {
  const engine = await startFileActions();
  await put(engine.session, '/a.txt', 'a');
  const waiting = engine.act('metadata-check', { path: '/a.txt', key: 'scanned', value: 'clean', timeoutSeconds: 60 });
  await engine.act('set-metadata', { path: '/a.txt', entries: [{ key: 'scanned', value: 'clean' }] });
  expect(await waiting).toMatchObject({ state: 'done' });
});

test('metadata has limits', async () => {
  const { session } = await startFileActions();
  await put(session, '/a.txt', 'a');
  await expect(session.setMetadata('/a.txt', { ['k'.repeat(256)]: 'v' })).rejects.toMatchObject({ code: 'too_large' });
  await expect(
    session.setMetadata('/a.txt', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, 'v']))),
  ).rejects.toMatchObject({ code: 'too_large' });
  await expect(session.setMetadata('/a.txt', { '': 'v' })).rejects.toMatchObject({ code: 'invalid_input' });
});
