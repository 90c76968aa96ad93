import { describe, expect, it, test } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { createEventLog, type EventDraft, SYSTEM } from '../../../engine/events/log.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import type { Store } from '../../../engine/store/index.ts';
import { startVfs } from '../../helpers/vfs.ts';

const draft = (login: string): EventDraft<'LOGIN_FAILED'> => ({
  type: 'LOGIN_FAILED',
  info: { method: 'password', login, reason: 'wrong password' },
  actor: { ...SYSTEM, ip: '192.0.2.1', origin: 'client' },
});

describe('record', () => {
  it('resolves with the stored event, in the envelope of the spec', async () => {
    const { events } = await startVfs();
    const event = await events.record(draft('acme'));
    expect(event).toEqual({
      _id: 1,
      timestamp: '2026-11-21T12:00:00.000Z',
      type: 'LOGIN_FAILED',
      ipv4_address: '192.0.2.1',
      pollable: false,
      schema: null,
      basetype: null,
      objecttype: null,
      object_id: null,
      global_object_id: null,
      object_version: null,
      info: { method: 'password', login: 'acme', reason: 'wrong password' },
      _session: null,
      _user: null,
      protocol: null,
      client: null,
      path: null,
      target_path: null,
      bytes: null,
      duration_ms: null,
      outcome: 'ok',
      batch_id: null,
      origin: 'client',
      caused_by: null,
    } satisfies StoredEvent);
  });

  it('numbers in order and tells subscribers once, after the commit', async () => {
    const { events, store } = await startVfs();
    const told: number[][] = [];
    const end = events.subscribe((batch) => {
      expect(store.tables.events.newestId()).toBe(batch.at(-1)?._id);
      told.push(batch.map((event) => event._id));
    });
    const recorded = await Promise.all([events.record(draft('a')), events.record(draft('b')), events.record(draft('c'))]);
    expect(recorded.map((event) => event._id)).toEqual([1, 2, 3]);
    await events.record(draft('d'));
    end();
    await events.record(draft('e'));
    expect(told).toEqual([[1, 2, 3], [4]]);
  });

  it('commits what the caller and the rules write together with the event, or nothing', async () => {
    const { events, store } = await startVfs();
    events.onInsert((event) => {
      store.tables.sessions.open(event._id, 1);
      if (event.info['login'] === 'bad') throw new Error('a rule cannot be queued');
    });
    const results = await Promise.allSettled([events.record(draft('good')), events.record(draft('bad')), events.record(draft('fine'))]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'log_unavailable' } });
    expect(store.tables.sessions.endAll(2)).toBe(2);
    const { events: found } = await store.reader.read('events.search', { limit: 10 });
    expect(found.map((event) => event.info['login'])).toEqual(['fine', 'good']);
  });

  it('refuses an info that is not of the type', async () => {
    const { events } = await startVfs();
    const wrong = { ...draft('a'), info: { login: 7 } } as unknown as EventDraft;
    await expect(events.record(wrong)).rejects.toThrow(/LOGIN_FAILED was recorded with an invalid info/);
    expect(events.newestId()).toBe(0);
  });

  it('goes on when a subscriber throws', async () => {
    const { events } = await startVfs();
    events.subscribe(() => {
      throw new Error('a console went away');
    });
    await expect(events.record(draft('a'))).resolves.toMatchObject({ _id: 1 });
  });
});

test('an event shows the display name of then, and keeps it when the account is gone', async () => {
  const { events, store, account } = await startVfs();
  const { id } = account('acme', { displayName: 'Acme Ltd' });
  const by = (displayName: string) => ({ ...draft('acme'), actor: { ...SYSTEM, userId: id, userName: 'acme', displayName } });
  const shown = { _id: id, _generated_displayname: 'Acme Ltd', login: 'acme' };
  expect((await events.record(by('Acme Ltd')))._user).toEqual(shown);
  expect((await events.record(by('acme')))._user).toEqual({ _id: id, _generated_displayname: 'acme' });
  store.tables.accounts.remove(id);
  const search = (filter: object) => store.reader.read('events.search', { ...filter, limit: 10 });
  expect((await search({ displayName: 'cme l' })).events.map(({ _user }) => _user)).toEqual([shown]);
  expect((await search({ text: 'Acme Ltd' })).events).toHaveLength(1);
  expect((await search({ username: 'acme' })).events).toHaveLength(2);
});

test('changes of objects show their batch in info, where the seed has it, without keeping it twice', async () => {
  const { events, store } = await startVfs();
  const change = { type: 'OBJECT_DELETE', info: { operation: 'delete', old: 'x' }, actor: SYSTEM, batchId: 7 } as const;
  const recorded = await events.record(change);
  expect(recorded.info).toEqual({ operation: 'delete', old: 'x', batch_id: 7 });
  expect(store.tables.events.get(recorded._id)).toEqual(recorded);
  expect((await events.record({ ...draft('a'), batchId: 7 })).info).not.toHaveProperty('batch_id');
});

describe('a group that the settings', () => {
  const USER = { ...SYSTEM, ip: '192.0.2.1', userId: 7, userName: 'anna', sessionId: 3, origin: 'client' } as const;
  const failed = { ...draft('anna'), actor: USER };
  const stripped = { ipv4_address: null, _user: null, _session: null, info: { method: 'password', reason: 'wrong password' } };

  async function start(sessions: object, needsEvents = false) {
    const { store, clock, recorded } = await startVfs();
    const settings = settingsSchema.parse({ log: { groups: { sessions } } }).log;
    const events = createEventLog({ store, clock, log: createLogger(silentSink, 'test'), settings: () => settings });
    const matched: StoredEvent[] = [];
    events.onInsert((event) => {
      matched.push(event);
      if (needsEvents) queueRun(store, event._id);
    });
    const heard = { inside: [] as StoredEvent[], outside: [] as StoredEvent[] };
    events.subscribe((batch) => heard.inside.push(...batch));
    events.follow((batch) => heard.outside.push(...batch));
    return { events, store, recorded, matched, heard };
  }

  it('keep without personal data is matched whole, and stripped in the same transaction', async () => {
    const { events, recorded, matched, heard } = await start({ personalData: false });
    await events.record(failed);
    expect([matched[0], heard.inside[0]]).toMatchObject([{ ipv4_address: '192.0.2.1' }, { info: { login: 'anna' } }]);
    expect(heard.outside).toEqual([expect.objectContaining(stripped)]);
    expect(await recorded()).toEqual(heard.outside);
  });

  it('keep without personal data stays whole while a run needs it, for that run alone', async () => {
    const { events, store, heard } = await start({ personalData: false }, true);
    const { _id } = await events.record(failed);
    expect(store.tables.events.get(_id)).toMatchObject({ info: { login: 'anna' } });
    expect(heard.outside).toEqual([expect.objectContaining(stripped)]);
    store.tables.runs.finish(1, 'done', 1, null);
    await store.maintenance.settled();
    expect(store.tables.events.get(_id)).toMatchObject(stripped);
  });

  it('switch off is matched, and leaves nothing behind', async () => {
    const { events, store, recorded, matched, heard } = await start({ enabled: false });
    await events.record(failed);
    expect(matched).toHaveLength(1);
    expect(heard).toMatchObject({ inside: [{ _id: 1 }], outside: [] });
    expect(await recorded()).toEqual([]);
    expect(store.tables.events.newestId()).toBe(1);
  });

  it('switch off stays as long as a run needs it', async () => {
    const { events, store } = await start({ enabled: false }, true);
    const { _id } = await events.record(failed);
    expect(store.tables.events.get(_id)).toBeDefined();
    store.tables.runs.finish(1, 'done', 1, null);
    await store.maintenance.settled();
    expect(store.tables.events.get(_id)).toBeUndefined();
  });
});

describe('what a rule does', () => {
  it('belongs to the session that caused it, not to the one it acts through', async () => {
    const test = await startVfs();
    const { events, store } = test;
    const session = await test.login(test.account('acme'));
    const { _id: eventId } = await events.record({ ...draft('x'), actor: { ...SYSTEM, sessionId: session.id, origin: 'client' } });
    const runOf = (of: number | null): number => store.transaction(() => queueRun(store, of));
    const by = (causedBy: number) => ({ ...draft('y'), actor: { ...SYSTEM, sessionId: 999, origin: 'rule' as const, causedBy } });
    expect((await events.record(by(runOf(eventId))))._session).toMatchObject({ _id: session.id });
    expect((await events.record(by(runOf(null))))._session).toBeNull();
  });
});

function queueRun(store: Store, eventId: number | null): number {
  const rest = { uid: 'u', ruleId: 1, ruleVersion: 1, ruleName: 'r', trigger: 'upload', depth: 0, serial: 0, targets: null, trace: '[]' };
  const times = { at: 1, notBefore: 1, finishedAt: null };
  return store.tables.runs.insert({ ...rest, ...times, eventId, state: 'queued', batchKey: null, lane: null, error: null });
}
