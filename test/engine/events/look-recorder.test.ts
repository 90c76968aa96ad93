import { expect, test } from 'vitest';
import type { Client } from '../../../renderer/rpc/client.ts';
import { sayOpened } from '../../../renderer/features/activity/detail-view.ts';
import { startTestEngine } from '../../helpers/engine.ts';

test('what a console calls a search or a look is recorded as that, where the settings want it', async () => {
  const engine = await startTestEngine();
  const look = async (): Promise<void> => {
    await engine.call('events.search', { username: 'acme', eventLog: 'SEARCH' });
    await engine.call('activity.list', { text: 'order', eventLog: 'SEARCH' });
    await engine.call('activity.session', { sessionId: 1, eventLog: 'DETAIL_VIEW' });
    await engine.call('events.search', { username: 'acme' });
  };
  const recorded = async () => (await engine.call('events.search', { type: ['SEARCH', 'DETAIL_VIEW'], sort: '_id' })).events;
  await look();
  expect(await recorded()).toEqual([]);
  await engine.call('settings.save', { log: { search: true, detail: true } });
  await look();
  expect((await recorded()).map(({ type, info }) => [type, info])).toEqual([
    ['SEARCH', expect.objectContaining({ username: 'acme' }) as object],
    ['SEARCH', { text: 'order' }],
    ['DETAIL_VIEW', expect.objectContaining({ sessionId: 1 }) as object],
  ]);
  const batches = new Set((await recorded()).map(({ batch_id }) => batch_id));
  expect(batches.size).toBe(3);
  // The console says so of what it opens.
  const client = { call: (...args: Parameters<typeof engine.call>) => engine.call(...args) } as unknown as Client;
  await sayOpened(client, { kind: 'event', id: 1 });
  await sayOpened(client, { kind: 'session', id: 1 });
  expect((await recorded()).slice(3).map(({ type, info }) => [type, info['ids'] ?? info['sessionId']])).toEqual([
    ['DETAIL_VIEW', '1'],
    ['DETAIL_VIEW', 1],
  ]);
});
