import { expect, test } from 'vitest';
import { startApi } from '../../helpers/api.ts';

const FROM = { address: '127.0.0.1', client: 'browser' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function start() {
  const api = startApi();
  const gone: string[] = [];
  const invite = (name = ''): string => api.consoleSessions.invite(() => gone.push(name)).token;
  const signIn = async () => {
    const { token } = await api.consoleSessions.signIn(invite(), FROM);
    const holder = api.consoleSessions.check(token, null);
    if (holder === null) throw new Error('the bearer is not known');
    return { token, id: holder.sessionId };
  };
  return { ...api, sessions: api.consoleSessions, gone, invite, signIn };
}

test('a link signs in once, with every permission, and leaves its coming and going in the log', async () => {
  const { sessions, invite, gone, recorded, clock } = start();
  const link = invite('link');
  expect(link).toMatch(/^ghl_[\w-]{43}$/);
  const { token, expiresAt } = await sessions.signIn(link, FROM);
  expect(gone).toEqual(['link']);
  expect(token).toMatch(/^ghc_[\w-]{43}$/);
  expect(expiresAt).toBe(clock.now() + 12 * HOUR);
  const holder = sessions.check(token, null);
  expect(holder).toMatchObject({ kind: 'console', confirmedUntil: clock.now() + 10 * MINUTE });
  expect(holder?.permissions.has('tokens')).toBe(true);
  await sessions.signOut(holder?.sessionId ?? 0, 'signed out');
  expect(sessions.check(token, null)).toBeNull();
  expect(await recorded('USER_LOGIN', 'USER_LOGOUT')).toMatchObject([
    { type: 'USER_LOGIN', origin: 'console', ipv4_address: '127.0.0.1', client: 'browser', info: { method: 'link' } },
    { type: 'USER_LOGOUT', origin: 'console', info: { reason: 'signed out' }, _session: { _id: holder?.sessionId } },
  ]);
  expect(JSON.stringify(await recorded())).not.toMatch(new RegExp(`${link}|${token}`));
});

test('a link that was used, is older than two minutes or was never made is refused and recorded', async () => {
  const { sessions, invite, recorded, clock, gone } = start();
  const used = invite('used');
  await sessions.signIn(used, FROM);
  const old = invite('old');
  clock.advance(2 * MINUTE);
  for (const link of [used, old, 'ghl_guess', '']) {
    await expect(sessions.signIn(link, FROM)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('gatehouse open') as string,
    });
  }
  await expect(sessions.signIn(old, FROM)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect((await recorded('SESSION_INVALID')).map(({ info, ipv4_address }) => [info['reason'], ipv4_address])).toEqual(
    ['not found', 'expired', 'not found', 'not found', 'not found'].map((reason) => [reason, '127.0.0.1']),
  );
  expect(gone).toEqual(['used', 'old']);
});

test('two that come with one link at once: one gets in', async () => {
  const { sessions, invite } = start();
  const link = invite();
  const results = await Promise.allSettled([sessions.signIn(link, FROM), sessions.signIn(link, FROM)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('guessing is slowed down, without keeping the owner out', async () => {
  const { sessions, invite, recorded, clock } = start();
  const guess = () =>
    sessions.signIn('ghl_guess', FROM).then(
      () => 'in',
      (error: unknown) => (error as { code: string }).code,
    );
  const answers: string[] = [];
  for (let attempt = 0; attempt < 12; attempt++) answers.push(await guess());
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 'unauthenticated'), 'busy', 'busy']);
  expect(await recorded('SESSION_INVALID')).toHaveLength(10);
  await expect(sessions.signIn(invite(), FROM)).resolves.toBeDefined();
  clock.advance(MINUTE);
  expect(await guess()).toBe('unauthenticated');
});

test('many addresses share a limit too', async () => {
  const { sessions } = start();
  const codes: string[] = [];
  for (let number = 0; number < 70; number++) {
    const from = { ...FROM, address: `127.0.1.${number}` };
    await sessions.signIn('x', from).catch((error: unknown) => codes.push((error as { code: string }).code));
  }
  expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(60);
  expect(codes.slice(60)).toEqual(Array.from({ length: 10 }, () => 'busy'));
});

test('a session lasts 12 hours from its last use, and seven days at most', async () => {
  const { sessions, signIn, clock, recorded } = start();
  const { token } = await signIn();
  for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
    clock.advance(11 * HOUR);
    expect(sessions.check(token, null), `after ${hours + 11} hours`).not.toBeNull();
  }
  clock.advance(11 * HOUR);
  expect(sessions.check(token, null)).toBeNull();
  const idle = await signIn();
  clock.advance(12 * HOUR);
  expect(sessions.check(idle.token, null)).toBeNull();
  expect((await recorded('USER_LOGOUT')).map(({ info }) => info['reason'])).toEqual(['expired', 'expired']);
  expect((await recorded('SESSION_INVALID')).map(({ info }) => info['reason'])).toEqual(['expired', 'expired']);
});

test('a sign-in counts as confirmed for ten minutes, and so does a confirmation', async () => {
  const { sessions, signIn, clock } = start();
  const { token, id } = await signIn();
  const confirmed = () => sessions.check(token, null)?.confirmedUntil;
  clock.advance(10 * MINUTE);
  expect(confirmed()).toBeNull();
  expect(sessions.confirm(id)).toBe(clock.now() + 10 * MINUTE);
  clock.advance(10 * MINUTE - 1);
  expect(confirmed()).toBe(clock.now() + 1);
  clock.advance(1);
  expect(confirmed()).toBeNull();
});

test('those who listen learn of every end, and the others can be ended', async () => {
  const { sessions, signIn } = start();
  const ended: number[] = [];
  const unsubscribe = sessions.onEnd((id) => ended.push(id));
  const [one, two, three] = [await signIn(), await signIn(), await signIn()];
  await sessions.signOutOthers(two.id, 'test');
  expect(ended).toEqual([one.id, three.id]);
  expect(sessions.check(two.token, null)).not.toBeNull();
  unsubscribe();
  await sessions.close();
  expect(ended).toHaveLength(2);
  expect(sessions.check(two.token, null)).toBeNull();
});

test('links and sessions are bounded: the oldest go', async () => {
  const { sessions, invite, signIn, gone } = start();
  const first = invite('first');
  for (let number = 0; number < 20; number++) invite('later');
  expect(gone).toEqual(['first']);
  await expect(sessions.signIn(first, FROM)).rejects.toMatchObject({ code: 'unauthenticated' });
  const oldest = await signIn();
  for (let number = 0; number < 100; number++) await signIn();
  expect(sessions.check(oldest.token, null)).toBeNull();
});

test('nothing survives the end of the engine', async () => {
  const { sessions, invite, signIn, gone, recorded } = start();
  invite('link');
  await signIn();
  await sessions.close();
  expect(gone).toContain('link');
  expect(await recorded('USER_LOGOUT')).toMatchObject([{ info: { reason: 'the server stopped' } }]);
});
