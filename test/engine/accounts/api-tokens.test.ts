import { expect, test } from 'vitest';
import { API_PERMISSIONS } from '../../../engine/contract/method.ts';
import { createApiTokens } from '../../../engine/accounts/api-tokens.ts';
import { startApi, TESTER } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';

test('the owner may do everything, and only in this process', () => {
  const { tokens, store, events, clock } = startApi();
  expect(tokens.check(tokens.owner, null)).toMatchObject({ kind: 'owner', permissions: new Set(API_PERMISSIONS) });
  const next = createApiTokens({ store, events, clock });
  expect(next.check(tokens.owner, null)).toBeNull();
});

test('a token holds what it was made with until it expires or is deleted, and is kept hashed', async () => {
  const { tokens, clock, recorded, store } = startApi();
  const made = await tokens.create({ name: 'backup', permissions: ['status', 'events.read'], expiresAt: clock.now() + 1000 }, TESTER);
  expect(made.token).toMatch(/^gha_[\w-]{43}$/);
  expect(tokens.check(made.token, null)).toMatchObject({ kind: 'api', permissions: new Set(['status', 'events.read']) });
  expect(JSON.stringify([tokens.list(), store.tables.apiTokens.all()])).not.toContain(made.token);

  clock.advance(1000);
  expect(tokens.check(made.token, '192.0.2.1')).toBeNull();
  await tokens.delete(made.id, TESTER);
  expect(tokens.check(made.token, '192.0.2.1')).toBeNull();
  await expect(tokens.delete(made.id, TESTER)).rejects.toMatchObject({ code: 'not_found' });

  expect(await recorded('SESSION_INVALID')).toMatchObject([
    { ipv4_address: '192.0.2.1', info: { reason: 'expired' } },
    { info: { reason: 'not found' } },
  ]);
  expect(JSON.stringify(await recorded())).not.toContain(made.token);
  expect((await recorded('OBJECT_INSERT', 'OBJECT_DELETE')).map(({ basetype, object_id }) => [basetype, object_id])).toEqual([
    ['api_key', made.id],
    ['api_key', made.id],
  ]);
});

test('one token has one session in the log', async () => {
  const { tokens } = startApi();
  const { token } = await tokens.create({ name: 'a', permissions: ['status'], expiresAt: null }, TESTER);
  expect(tokens.check(token, null)?.sessionId).toBe(tokens.check(token, null)?.sessionId);
  expect(tokens.check(token, null)?.sessionId).not.toBe(tokens.check(tokens.owner, null)?.sessionId);
});

test('the session of a token ends with it, and those of all tokens, also of the owner, at the stop', async () => {
  const { tokens, clock, store } = startApi();
  const { id, token } = await tokens.create({ name: 'a', permissions: ['status'], expiresAt: null }, TESTER);
  const other = await tokens.create({ name: 'b', permissions: ['status'], expiresAt: null }, TESTER);
  const ids = [token, other.token, tokens.owner].map((one) => tokens.check(one, null)?.sessionId ?? 0);
  const ends = () => ids.map((one) => store.tables.sessions.get(one)?.endedAt ?? null);
  await tokens.delete(id, TESTER);
  expect(ends()).toEqual([clock.now(), null, null]);
  clock.advance(1000);
  tokens.close();
  expect(ends()).toEqual([clock.now() - 1000, clock.now(), clock.now()]);
});

test('those who listen learn when a token is deleted, or expires after it was used', async () => {
  const { tokens, clock } = startApi();
  const ended: number[] = [];
  tokens.onEnd((sessionId, why) => why === 'over' && ended.push(sessionId));
  const make = async (expiresAt: number | null) => {
    const { id, token } = await tokens.create({ name: 'a', permissions: ['status'], expiresAt }, TESTER);
    return { id, sessionId: tokens.check(token, null)?.sessionId };
  };
  const [deleted, expired] = [await make(null), await make(clock.now() + 50)];
  await make(clock.now() + 3_600_000);
  await tokens.delete(deleted.id, TESTER);
  expect(ended).toEqual([deleted.sessionId]);
  clock.advance(1000);
  await eventually(() => expect(ended).toEqual([deleted.sessionId, expired.sessionId]));
});

test('a token that would have expired already is not made', async () => {
  const { tokens, clock } = startApi();
  const past = tokens.create({ name: 'a', permissions: ['status'], expiresAt: clock.now() }, TESTER);
  await expect(past).rejects.toMatchObject({ code: 'invalid_input', field: 'expiresAt' });
  expect(tokens.list()).toEqual([]);
});

test('a flood of bad tokens leaves a bounded trace per minute', async () => {
  const { tokens, clock, recorded } = startApi();
  for (let index = 0; index < 200; index++) tokens.check(`guess-${index}`, '192.0.2.1');
  expect(await recorded('SESSION_INVALID')).toHaveLength(30);
  clock.advance(60_000);
  tokens.check('another', '192.0.2.1');
  expect(await recorded('SESSION_INVALID')).toHaveLength(31);
});
