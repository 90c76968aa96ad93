import { expect, test } from 'vitest';
import { beginRun, endRun } from '../../../engine/events/id-margin.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { fill } from '../store/event-rows.ts';

/** A run on the data folder under a boot of the machine that records an event, and ends in order or not; returns the event's id. */
async function run(dataFolder: string, bootId: string | null, end: (store: Store) => void = () => undefined): Promise<number> {
  const store = openStore(dataFolder);
  beginRun(store, bootId);
  fill(store, [{}]);
  const id = store.tables.events.newestId();
  end(store);
  await store.close();
  return id;
}

test('ids go on after a stop in order and after a kill, and leave a margin where the machine went down with the run', async () => {
  const folder = temporaryFolder();
  expect(await run(folder, 'monday', endRun)).toBe(1);
  expect(await run(folder, 'tuesday')).toBe(2);
  expect(await run(folder, 'tuesday')).toBe(3);
  expect(await run(folder, 'wednesday', endRun)).toBe(1_000_004);
  expect(await run(folder, 'wednesday', endRun)).toBe(1_000_005);
});

test('where boots cannot be told apart, every stop out of order leaves the margin, even of a log that lost all it had', async () => {
  const folder = temporaryFolder();
  const store = openStore(folder);
  beginRun(store, null);
  await store.close();
  expect(await run(folder, null)).toBe(1_000_001);
  expect(await run(folder, null, endRun)).toBe(2_000_002);
  expect(await run(folder, null, endRun)).toBe(2_000_003);
});

test('the engine notes its runs before it records anything', async () => {
  const dataFolder = temporaryFolder();
  const first = await startTestEngine({ dataFolder });
  await first.engine.stop(0);
  const store = openStore(dataFolder);
  const newest = store.tables.events.newestId();
  expect(store.tables.meta.get('run_begun')).toBeNull();
  beginRun(store, 'an earlier boot');
  await store.close();
  const second = await startTestEngine({ dataFolder });
  const { events } = await second.call('events.search', { sort: '_id', limit: 1000 });
  const ids = events.map(({ _id }) => _id);
  expect(Math.max(...ids.filter((id) => id < 1_000_000))).toBe(newest);
  expect(ids.find((id) => id > newest)).toBe(newest + 1_000_001);
});
