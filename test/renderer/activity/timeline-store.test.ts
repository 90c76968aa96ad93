import { afterEach, expect, test } from 'vitest';
import { createDemoTransport } from '../../../renderer/demo/transport.ts';
import { addEvent } from '../../../renderer/demo/visits.ts';
import { createWorld, type World } from '../../../renderer/demo/world.ts';
import { createTimelineStore, type TimelineStore } from '../../../renderer/features/activity/timeline-store.ts';
import { createClient } from '../../../renderer/rpc/client.ts';
import { createFeed, type Feed } from '../../../renderer/stores/feed.ts';
import { eventually } from '../../helpers/eventually.ts';

const NOW = Date.UTC(2026, 10, 21, 13);
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function open(world: World, mode: 'quiet' | 'broken' = 'quiet'): { store: TimelineStore; feed: Feed } {
  const client = createClient(createDemoTransport(world, mode, true));
  const feed = createFeed(client);
  const store = createTimelineStore({ client, feed }, { flat: true });
  ends.push(store.start());
  return { store, feed };
}

const rows = (store: TimelineStore): number => store.state.getState().timeline?.rows.length ?? 0;
const newest = (store: TimelineStore): number => store.state.getState().timeline?.rows[0]?.newestId ?? 0;

function happen(world: World, feed: Feed): number {
  const event = addEvent(world, { type: 'PROBLEM', at: NOW, info: { id: 'x', message: 'Something happened' } });
  feed.receive({ kind: 'events', previousSeq: event._id - 1, events: [event] });
  return event._id;
}

test('reads a page, and the next one below it when asked', async () => {
  const { store } = open(createWorld(NOW, 'full'));
  await eventually(() => expect(rows(store)).toBe(100));
  store.loadOlder();
  store.loadOlder();
  await eventually(() => expect(rows(store)).toBe(200));
  expect(new Set(store.state.getState().timeline?.rows.map(({ newestId }) => newestId)).size).toBe(200);
});

test('brings in what is new while it follows, and marks it as fresh', async () => {
  const world = createWorld(NOW, 'full');
  const { store, feed } = open(world);
  await eventually(() => expect(rows(store)).toBe(100));
  const id = happen(world, feed);
  await eventually(() => expect(newest(store)).toBe(id));
  expect([...store.state.getState().fresh]).toEqual([`event-${id}`]);
  expect(store.state.getState().arrived).toBe(1);
});

test('stands still and counts while it does not follow; following again brings all of it in', async () => {
  const world = createWorld(NOW, 'full');
  const { store, feed } = open(world);
  await eventually(() => expect(rows(store)).toBe(100));
  const before = newest(store);
  store.follow(false);
  happen(world, feed);
  const id = happen(world, feed);
  await eventually(() => expect(store.state.getState().waiting).toBe(2));
  expect(newest(store)).toBe(before);
  store.follow(true);
  await eventually(() => expect(newest(store)).toBe(id));
  expect(store.state.getState().waiting).toBe(0);
});

test('a paused list can be brought up to date once', async () => {
  const world = createWorld(NOW, 'full');
  const { store, feed } = open(world);
  await eventually(() => expect(rows(store)).toBe(100));
  store.follow(false);
  const id = happen(world, feed);
  await eventually(() => expect(store.state.getState().waiting).toBe(1));
  store.bringIn();
  await eventually(() => expect(newest(store)).toBe(id));
});

test('says why it cannot be read', async () => {
  const { store } = open(createWorld(NOW, 'full'), 'broken');
  await eventually(() => expect(store.state.getState().error?.code).toBe('internal'));
  expect(store.state.getState().timeline).toBeUndefined();
});
