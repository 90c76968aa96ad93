import { describe, expect, test } from 'vitest';
import { AppError } from '../../../engine/contract/errors.ts';
import { retentionPlan } from '../../../engine/events/keeping.ts';
import type { ApiPermission } from '../../../engine/contract/method.ts';
import { type Method, rpc } from '../../../engine/contract/rpc.ts';
import type { Caller } from '../../../engine/rpc/caller.ts';
import { OWNER, startApi, TESTER } from '../../helpers/api.ts';

const holding = (...permissions: ApiPermission[]): Caller => ({ ...OWNER, kind: 'api', permissions: new Set(permissions) });

describe('what is refused', () => {
  test.each(['nosuch', 'accounts', 'constructor', '__proto__', 'toString', ''])('%j is no method', async (method) => {
    const { dispatch } = startApi();
    expect(await dispatch(method, {}, OWNER)).toMatchObject({ ok: false, error: { code: 'unknown_method' } });
  });

  test.each(Object.entries(rpc))('%s needs its permission, before it looks at the input', async (method, { permission }) => {
    const { dispatch } = startApi();
    const others = [...OWNER.permissions].filter((one) => one !== permission);
    const answer = await dispatch(method, { complete: 'nonsense' }, holding(...others));
    expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden', message: expect.stringContaining(permission) as string } });
  });

  test('bad input names its field', async () => {
    const { dispatch } = startApi();
    expect(await dispatch('accounts.save', { username: 'a b' }, OWNER)).toMatchObject({
      error: { code: 'invalid_input', field: 'username' },
    });
    expect(await dispatch('accounts.save', undefined, OWNER)).toMatchObject({ error: { code: 'invalid_input' } });
  });

  test('a token may not change what rules may do to the machine', async () => {
    const { dispatch } = startApi();
    const token = holding('settings.write');
    expect(await dispatch('settings.save', { outbound: { allowLoopback: true } }, token)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await dispatch('settings.save', { commands: { allowed: ['/bin/sh'] } }, token)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await dispatch('settings.save', { log: { keepDays: 5 } }, token)).toMatchObject({ ok: true });
    expect(await dispatch('settings.save', { outbound: { allowLoopback: true } }, OWNER)).toMatchObject({ ok: true });
  });

  test('no token can be given the right to make tokens', async () => {
    const { dispatch } = startApi();
    const answer = await dispatch('tokens.create', { name: 'x', permissions: ['tokens'] }, OWNER);
    expect(answer).toMatchObject({ error: { code: 'invalid_input', field: 'permissions.0' } });
  });
});

describe('what is answered', () => {
  test('one command is one batch, signed by its caller', async () => {
    const { dispatch, recorded } = startApi();
    await dispatch('accounts.save', { username: 'one' }, { ...OWNER, address: '127.0.0.1', protocol: 'HTTP', client: 'curl' });
    await dispatch('accounts.save', { username: 'two' }, OWNER);
    const events = await recorded('OBJECT_INSERT');
    expect(events[0]).toMatchObject({ ipv4_address: '127.0.0.1', protocol: 'HTTP', client: 'curl', origin: 'api' });
    expect(new Set(events.map(({ batch_id }) => batch_id)).size).toBe(2);
    expect(events.every(({ batch_id }) => batch_id !== null)).toBe(true);
  });

  test('a query without input, and methods with secrets in and none out', async () => {
    const { dispatch } = startApi();
    const saved = await dispatch('accounts.save', { username: 'acme', password: 'hidden-pw' }, OWNER);
    const listed = await dispatch('accounts.list', undefined, OWNER);
    expect(listed).toEqual({ ok: true, value: [saved.ok && saved.value] });
    expect(JSON.stringify([saved, listed])).not.toMatch(/hidden-pw|argon2/);
  });

  test('a defect of ours says an incident, not its cause, and is logged with it', async () => {
    const lines: { message: string; error?: unknown }[] = [];
    const cause = new TypeError('secret detail of /home/x');
    const { dispatch } = startApi({ logSink: (line) => lines.push(line), status: () => Promise.reject(cause) });
    const answer = await dispatch('server.status', {}, OWNER);
    const incident = /Incident ([0-9a-f]{8})/.exec(answer.ok ? '' : answer.error.message)?.[1];
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal', kind: 'ours' } });
    expect(JSON.stringify(answer)).not.toContain('secret detail');
    expect(lines).toMatchObject([{ message: `incident ${incident ?? '?'} in server.status`, error: cause }]);
  });

  test('the words of an internal AppError stay inside too', async () => {
    const { dispatch } = startApi({ status: () => Promise.reject(new AppError('internal', 'row 7 of /data is odd')) });
    expect(JSON.stringify(await dispatch('server.status', {}, OWNER))).not.toContain('row 7');
  });

  test('an answer that does not fit its schema, or holds more, is a defect', async () => {
    const value = { version: '1' };
    const { dispatch } = startApi({ status: () => value as never });
    expect(await dispatch('server.status', {}, OWNER)).toMatchObject({ error: { code: 'internal' } });
  });
});

describe('events', () => {
  const METHODS = ['events.search', 'events.since'] satisfies Method[];

  test('search goes by contract: filters, dates, cursor', async () => {
    const { dispatch, accounts, clock } = startApi();
    for (const username of ['a', 'b', 'c']) {
      await accounts.save({ username }, TESTER);
      clock.advance(60_000);
    }
    const search = async (input: object) => {
      const answer = await dispatch('events.search', input, OWNER);
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value as { events: { _id: number }[]; cursor: number | null };
    };
    const first = await search({ type: 'OBJECT_INSERT', limit: 2 });
    expect(first.events.map(({ _id }) => _id)).toEqual([3, 2]);
    const second = await search({ type: ['OBJECT_INSERT'], limit: 2, before: first.cursor ?? 0 });
    expect(second).toMatchObject({ events: [{ _id: 1 }], cursor: null, partial: false, newestId: 3 });
    const span = { dateFrom: '2026-11-21T13:01:00+01:00', dateTo: '2026-11-21T12:02:00Z' };
    expect((await search(span)).events.map(({ _id }) => _id)).toEqual([2]);
  });

  test('a position that the log does not hold is gone, not silence', async () => {
    const { dispatch, accounts, settings, store, clock } = startApi();
    for (const username of ['a', 'b', 'c']) await accounts.save({ username }, TESTER);
    expect(await dispatch('events.since', { id: 1 }, OWNER)).toMatchObject({ value: { events: [{ _id: 2 }, { _id: 3 }], newestId: 3 } });
    expect(await dispatch('events.since', { id: 3 }, OWNER)).toMatchObject({ value: { events: [] } });
    expect(await dispatch('events.since', { id: 4 }, OWNER)).toMatchObject({ error: { code: 'gone', field: 'id' } });
    clock.advance(366 * 86_400_000);
    store.maintenance.retain(retentionPlan(settings.get().log, clock.now()));
    await expect.poll(() => dispatch('events.since', { id: 1 }, OWNER)).toMatchObject({ error: { code: 'gone' } });
  });

  test.each(METHODS)('%s is for those who may read the log', async (method) => {
    const { dispatch } = startApi();
    expect(await dispatch(method, { id: 0 }, holding('status'))).toMatchObject({ error: { code: 'forbidden' } });
  });
});
