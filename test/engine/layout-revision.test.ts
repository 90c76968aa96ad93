import { expect, test } from 'vitest';
import { startTestEngine } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';

test('a change of who may do what where is a new revision of the layout, also across a restart', async () => {
  const dataFolder = temporaryFolder();
  const first = await startTestEngine({ dataFolder });
  const revisions = async ({ call }: Pick<typeof first, 'call'>) =>
    (await call('events.search', { type: 'SCHEMA_COMMIT', sort: '_id' })).events.map(({ info, pollable }) => [info['schema'], pollable]);
  expect(await revisions(first)).toEqual([]);
  await first.call('accounts.save', { username: 'acme', password: 'correct horse battery' });
  await first.call('accounts.save', { username: 'acme', displayName: 'only a name' });
  await expect.poll(() => revisions(first)).toEqual([[2, true]]);
  await first.call('accounts.save', { username: 'acme', permissions: { '/': ['list'] } });
  await expect.poll(() => revisions(first)).toHaveLength(2);
  const own = await first.call('events.search', { type: ['SCHEMA_COMMIT', 'OBJECT_UPDATE'], limit: 2 });
  const [commit, update] = own.events;
  expect([commit?.type, commit?.origin, commit?._session, commit?.batch_id]).toEqual([
    'SCHEMA_COMMIT',
    update?.origin,
    update?._session,
    update?.batch_id,
  ]);
  expect(commit?._session).not.toBeNull();
  await first.engine.stop(0);
  const second = await startTestEngine({ dataFolder });
  await second.call('accounts.delete', { username: 'acme' });
  await expect
    .poll(() => revisions(second))
    .toEqual([
      [2, true],
      [3, true],
      [4, true],
    ]);
});
