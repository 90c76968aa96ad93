import { describe, expect, it, test } from 'vitest';
import { eventually } from '../../../helpers/eventually.ts';
import { type Rest, type RestAnswer, startRest } from './rest.ts';

const ids = (answer: RestAnswer): number[] => answer.value.events.map(({ _id }) => _id);

async function waiting(rest: Rest, count: number): Promise<void> {
  await eventually(() => expect(rest.poll.waiting()).toBe(count));
}

describe('a poll', () => {
  it('gives pollable events after the position, in order, in just the columns of the seed', async () => {
    const rest = await startRest();
    await rest.record('a!', 'b', 'c!');
    const answer = await rest.call('/api/event/poll?after=0');
    expect(answer).toMatchObject({ status: 200, oldest_id: 1, newest_id: 3, value: { cursor: 3 } });
    expect(answer.value.events).toEqual(
      [1, 3].map((_id) => ({
        _id,
        type: 'OBJECT_DELETE',
        session_self: false,
        schema: null,
        basetype: null,
        object_id: null,
        global_object_id: null,
        object_version: null,
        _user: null,
      })),
    );
  });

  it('gives whole events and all types to those who may', async () => {
    const rest = await startRest();
    await rest.record('a', 'b!');
    expect((await rest.call('/api/event/poll?after=0&full=1&scope=all')).value.events).toMatchObject([
      { _id: 1, info: { login: 'a' }, session_self: false },
      { _id: 2, type: 'OBJECT_DELETE', path: '/b!' },
    ]);
  });

  it('needs a token, but no right', async () => {
    const rest = await startRest();
    await rest.record('a!');
    expect(ids(await rest.call('/api/event/poll?after=0', { token: await rest.token('status') }))).toContain(1);
    expect((await fetch(`${rest.url}/api/event/poll`)).status).toBe(401);
  });

  it('goes on from its own cursor, page by page', async () => {
    const rest = await startRest();
    await rest.record('a!', 'b', 'c!', 'd!', 'e');
    const seen: number[] = [];
    for (let after = 0, more = true; more; ) {
      const { value } = await rest.call(`/api/event/poll?after=${after}&limit=1`);
      seen.push(...value.events.map(({ _id }) => _id));
      after = Number(value.cursor);
      more = value.events.length > 0;
    }
    expect(seen).toEqual([1, 3, 4]);
  });

  it('begins, without a position, where the session polled first', async () => {
    const rest = await startRest();
    await rest.record('before!');
    expect((await rest.call('/api/event/poll')).value).toMatchObject({ events: [], cursor: 1 });
    await rest.record('after!');
    expect(ids(await rest.call('/api/event/poll'))).toEqual([2]);
    expect(ids(await rest.call('/api/event/poll'))).toEqual([2]);
  });

  it('knows what its own session did', async () => {
    const rest = await startRest();
    await rest.call('/api/event/poll');
    await rest.record('a');
    await rest.call('/api/event/1', { method: 'DELETE' });
    expect((await rest.call('/api/event/poll')).value.events).toMatchObject([{ type: 'OBJECT_DELETE', session_self: true }]);
    const other = await rest.token('status');
    expect((await rest.call('/api/event/poll?after=1', { token: other })).value.events[0]).toMatchObject({ session_self: false });
  });

  it('waits for the first event, and for one that it may see', async () => {
    const rest = await startRest();
    const answer = rest.call('/api/event/poll?after=0&wait=60');
    const all = rest.call('/api/event/poll?after=0&wait=60&scope=all');
    await waiting(rest, 2);
    await rest.record('not for all');
    expect(ids(await all)).toEqual([1]);
    await rest.record('b!', 'c!');
    expect(await answer).toMatchObject({ newest_id: 3, value: { events: [{ _id: 2 }, { _id: 3 }], cursor: 3 } });
    await waiting(rest, 0);
  });

  it('misses and repeats nothing while events come in', async () => {
    const rest = await startRest();
    const writing = (async () => {
      for (let round = 0; round < 60; round++) await rest.record('a!', 'b', 'c!');
    })();
    const seen: number[] = [];
    for (let after = 0; seen.length < 120; ) {
      const { value } = await rest.call(`/api/event/poll?after=${after}&wait=5&limit=7`);
      seen.push(...value.events.map(({ _id }) => _id));
      after = Number(value.cursor);
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: 180 }, (_, index) => index + 1).filter((id) => id % 3 !== 2));
  });

  it('wakes two hundred at once', async () => {
    const rest = await startRest();
    const answers = Promise.all(Array.from({ length: 200 }, () => rest.call('/api/event/poll?after=0&wait=60')));
    await waiting(rest, 200);
    await rest.record('a!');
    expect(new Set((await answers).map((answer) => JSON.stringify(ids(answer))))).toEqual(new Set(['[1]']));
    expect(rest.poll.waiting()).toBe(0);
  });

  it('answers with nothing when the time is up', async () => {
    const rest = await startRest();
    expect(await rest.call('/api/event/poll?after=0&wait=1')).toMatchObject({ status: 200, value: { events: [], cursor: 0 } });
    expect(rest.poll.waiting()).toBe(0);
  });

  it('leaves nothing behind when the client goes', async () => {
    const rest = await startRest();
    const abort = new AbortController();
    const left = rest.fetch('/api/event/poll?after=0&wait=60', { signal: abort.signal }).catch(() => 'gone');
    await waiting(rest, 1);
    abort.abort();
    expect(await left).toBe('gone');
    await waiting(rest, 0);
  });

  it('is answered at a stop', async () => {
    const rest = await startRest();
    const answer = rest.call('/api/event/poll?after=0&wait=60');
    await waiting(rest, 1);
    rest.poll.close();
    expect(await answer).toMatchObject({ status: 200, value: { events: [] } });
    expect(await rest.call('/api/event/poll?after=0')).toMatchObject({ status: 503, error: { code: 'shutting_down' } });
  });

  const gone: [name: string, query: string, words: RegExp][] = [
    ['beyond the newest', 'after=99', /log ends at 4.*another log/],
    ['older than the oldest', 'after=1', /log begins at 3/],
    ['of another log', 'after=3&log_id=11111111-2222-3333-4444-555555555555', /backup was restored/],
  ];
  test.each(gone)('with a position %s is answered with 410 and the reason', async (_name, query, words) => {
    const rest = await startRest();
    await rest.record('a!', 'b!', 'c!', 'd!');
    rest.store.transaction(() => [1, 2].forEach((id) => rest.store.tables.events.remove(id)));
    const answer = await rest.call(`/api/event/poll?${query}`);
    expect(answer).toMatchObject({ status: 410, ok: false, oldest_id: 3, newest_id: 4, error: { code: 'gone' } });
    expect(answer.error.message).toMatch(words);
    expect(ids(await rest.call('/api/event/poll?after=2'))).toEqual([3, 4]);
    expect(ids(await rest.call('/api/event/poll?after=0'))).toEqual([3, 4]);
  });

  it('says of an emptied log that something is missing, but not at its end', async () => {
    const rest = await startRest();
    await rest.record('a!', 'b!');
    rest.store.transaction(() => [1, 2].forEach((id) => rest.store.tables.events.remove(id)));
    expect(await rest.call('/api/event/poll?after=1')).toMatchObject({
      status: 410,
      error: { message: expect.stringMatching(/begins at 3/) as string },
    });
    expect(await rest.call('/api/event/poll?after=2')).toMatchObject({ status: 200, newest_id: 2, value: { events: [], cursor: 2 } });
  });

  it('keeps its place when the newest event is deleted', async () => {
    const rest = await startRest();
    await rest.record('a!', 'b!');
    rest.store.transaction(() => rest.store.tables.events.remove(2));
    expect(await rest.call('/api/event/poll?after=2')).toMatchObject({ status: 200, newest_id: 2, value: { events: [], cursor: 2 } });
  });

  test.each(['after=-1', 'after=x', 'wait=61', 'limit=0', 'limit=1001', 'scope=some', 'full=maybe', 'since=3'])(
    'refuses %s',
    async (query) => {
      const rest = await startRest();
      expect(await rest.call(`/api/event/poll?${query}`)).toMatchObject({
        status: 400,
        error: { code: 'invalid_input', field: query.split('=')[0] },
      });
    },
  );
});
