import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/contract/errors.ts';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { Client } from '../../../renderer/rpc/client.ts';
import { createFeed } from '../../../renderer/stores/feed.ts';
import { eventually } from '../../helpers/eventually.ts';

/** The feed looks at ids alone. */
const event = (id: number): StoredEvent => ({ _id: id }) as StoredEvent;
const range = (from: number, to: number): StoredEvent[] => Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

/** A log that answers `events.since` as the engine does, for ids up to `newest()`. */
function startFeed(newest: () => number, oldest = 1) {
  const asked: number[] = [];
  const client = {
    call: (_method: string, { id, limit }: { id: number; limit: number }) => {
      asked.push(id);
      if (id + 1 < oldest) return Promise.reject(new AppError('gone'));
      const last = Math.min(newest(), id + limit);
      const cursor = last < newest() ? last : null;
      return Promise.resolve({ events: range(id + 1, last), newestId: newest(), cursor, removed: { to: 0, times: 0 } });
    },
  } as unknown as Client;
  const seen: number[] = [];
  let resets = 0;
  const feed = createFeed(client);
  feed.subscribe({ events: (events) => seen.push(...events.map(({ _id }) => _id)), reset: () => resets++ });
  const receive = (previousSeq: number, events: StoredEvent[]): void => feed.receive({ kind: 'events', previousSeq, events });
  return { feed, seen, asked, receive, resets: () => resets };
}

describe('the live feed', () => {
  it('passes events on in order, each once', async () => {
    const { seen, receive } = startFeed(() => 6);
    receive(2, range(3, 4));
    receive(2, range(3, 5));
    receive(5, range(6, 6));
    await eventually(() => expect(seen).toEqual([3, 4, 5, 6]));
  });

  it('fetches what a dropped message held before it goes on', async () => {
    const { seen, asked, receive } = startFeed(() => 9);
    receive(0, range(1, 2));
    receive(8, range(9, 9));
    await eventually(() => expect(seen).toEqual(range(1, 9).map(({ _id }) => _id)));
    expect(asked).toEqual([2]);
  });

  it('fetches what came while the line was broken', async () => {
    let newest = 2;
    const { feed, seen, receive } = startFeed(() => newest);
    receive(0, range(1, 2));
    newest = 5;
    feed.reconnected();
    await eventually(() => expect(seen).toEqual([1, 2, 3, 4, 5]));
  });

  it('tells screens to read anew when it is too far behind, or the log no longer holds the position', async () => {
    const far = startFeed(() => 100_000);
    far.receive(0, range(1, 1));
    far.feed.reconnected();
    await eventually(() => expect(far.resets()).toBe(1));

    const pruned = startFeed(() => 50, 40);
    pruned.receive(0, range(1, 1));
    pruned.feed.reconnected();
    await eventually(() => expect(pruned.resets()).toBe(1));
  });
});
