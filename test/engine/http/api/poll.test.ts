import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { retentionPlan } from '../../../../engine/events/keeping.ts';
import { SYSTEM } from '../../../../engine/events/log.ts';
import { openDatabase } from '../../../../engine/store/database.ts';
import { retentionChunks } from '../../../../engine/store/retention.ts';
import { createTextFeeder } from '../../../../engine/store/text-index-feeder.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { OWNER, TESTER } from '../../../helpers/api.ts';
import { type Rest, type RestAnswer, startRest } from './rest.ts';

const ids = (answer: RestAnswer): number[] => answer.value.events.map(({ _id }) => _id);

async function waiting(rest: Rest, count: number): Promise<void> {
  await eventually(() => expect(rest.poll.waiting()).toBe(count));
}

/** A whole pass of retention as of now; returns the ids that are left. */
function retain({ dataFolder, settings, clock }: Rest): number[] {
  const db = openDatabase(join(dataFolder, 'gatehouse.db'));
  const texts = createTextFeeder(db);
  try {
    for (const chunk of retentionChunks(db, texts, retentionPlan(settings.get().log, clock.now())))
      while (chunk({ rows: 100, ms: Number.POSITIVE_INFINITY }));
    return db
      .prepare<[], { id: number }>('SELECT id FROM events ORDER BY id')
      .all()
      .map(({ id }) => id);
  } finally {
    texts.close();
    db.close();
  }
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

  it('and the stream end with the token that asked, which is told so', async () => {
    const rest = await startRest();
    const { id, token } = await rest.tokens.create({ name: 'a', permissions: ['events.read'], expiresAt: null }, TESTER);
    const answer = rest.call('/api/event/poll?wait=60', { token });
    const stream = (await rest.fetch('/api/event/stream', { headers: { authorization: `Bearer ${token}` } })).text();
    const others = rest.call('/api/event/poll?after=1&wait=60');
    await waiting(rest, 2);
    await rest.tokens.delete(id, TESTER);
    expect(await answer).toMatchObject({ status: 401, error: { code: 'unauthenticated' } });
    expect(await stream).not.toContain('OBJECT_DELETE');
    expect(ids(await others)).toEqual([2]);
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

  it('is not silent where retention took some types out further on, and goes on all the same from the beginning', async () => {
    const rest = await startRest();
    await rest.events.record({ type: 'LOGIN_FAILED', info: { method: 'password', login: 'old', reason: 'test' }, actor: SYSTEM });
    const progress = { uuid: 'a', status: 'running', progress_info: '', progress_info_parametes: '{}' };
    await rest.record('a!', 'b!');
    await rest.events.record({ type: 'API_PROGRESS', info: progress, actor: SYSTEM });
    await rest.record('c!');
    expect((await rest.call('/api/event/poll?after=2')).value.events).toHaveLength(3);
    rest.clock.advance(8 * 86_400_000);
    const held = retain(rest);
    expect(held).toEqual([1, 2, 3, 5]);
    expect(await rest.call('/api/event/poll?after=2')).toMatchObject({
      status: 410,
      oldest_id: 1,
      error: { code: 'gone', field: 'after', message: expect.stringMatching(/removed, up to 4.*again from 0/) as string },
    });
    expect(await rest.dispatch('events.since', { id: 2 }, OWNER)).toMatchObject({ error: { code: 'gone' } });
    expect((await rest.fetch('/api/event/stream', { headers: { 'last-event-id': '2' } })).status).toBe(410);
    expect(ids(await rest.call('/api/event/poll?after=4'))).toEqual([5]);

    const first = await rest.call('/api/event/poll?after=0&limit=1');
    expect(first.value).toMatchObject({ events: [{ _id: 2 }], cursor: expect.stringMatching(/^2~\d+$/) as string });
    const second = await rest.call(`/api/event/poll?after=${String(first.value.cursor)}&limit=2`);
    expect(second.value).toMatchObject({ events: [{ _id: 3 }, { _id: 5 }], cursor: 5 });
    // What is taken out while it walks is missing to it, too.
    rest.clock.advance(400 * 86_400_000);
    await rest.record('d!');
    expect(retain(rest)).toEqual([6]);
    expect(await rest.call(`/api/event/poll?after=${String(first.value.cursor)}`)).toMatchObject({ status: 410 });
    expect(ids(await rest.call('/api/event/poll?after=0'))).toEqual([6]);
  });

  it('without a position begins anew when its beginning is too long ago, after it was told so', async () => {
    const rest = await startRest();
    expect((await rest.call('/api/event/poll')).value).toMatchObject({ cursor: 0 });
    await rest.record('a!', 'b!');
    rest.clock.advance(400 * 86_400_000);
    await rest.record('c!');
    const poll = () => rest.call('/api/event/poll');
    retain(rest);
    // 0 is before all there is, so the first poll of an empty log is never too long ago.
    expect(ids(await poll())).toEqual([3]);
    const token = await rest.token('status');
    const other = () => rest.call('/api/event/poll', { token });
    expect((await other()).value).toMatchObject({ cursor: 4 });
    await rest.record('d!');
    rest.clock.advance(400 * 86_400_000);
    retain(rest);
    expect((await other()).status).toBe(410);
    expect(await other()).toMatchObject({ status: 200, value: { events: [] } });
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
