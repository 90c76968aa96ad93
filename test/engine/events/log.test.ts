import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { EVENTS, eventSentence } from '../../../engine/events/catalog.ts';
import { type EventDraft, SYSTEM } from '../../../engine/events/log.ts';
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

describe('the catalogue', () => {
  const stored = async (): Promise<StoredEvent> => {
    const { events } = await startVfs();
    return events.record(draft('acme'));
  };

  it.each(Object.keys(EVENTS))('has a sentence for %s even when nothing is known', async (type) => {
    expect(eventSentence({ ...(await stored()), type, info: {} })).toMatch(/\S/);
  });

  it('gives a type of a newer program a neutral row', async () => {
    expect(eventSentence({ ...(await stored()), type: 'TELEPORTED' })).toBe('TELEPORTED');
  });
});
