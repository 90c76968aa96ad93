import { describe, expect, test } from 'vitest';
import { API_PERMISSIONS } from '../../../engine/contract/method.ts';
import type { Caller } from '../../../engine/rpc/caller.ts';
import { OWNER, startApi, type TestApi, TESTER } from '../../helpers/api.ts';

const PASSWORD = 'correct horse battery';
const TOKEN: Caller = { ...OWNER, kind: 'api', permissions: new Set(API_PERMISSIONS) };
const MINUTE = 60_000;

/** A signed-in browser, as its next request is seen. */
async function browser({ consoleSessions }: TestApi): Promise<() => Caller> {
  const from = { address: '127.0.0.1', client: null };
  const { token } = await consoleSessions.signIn(consoleSessions.invite(() => undefined).token, from);
  return () => {
    const holder = consoleSessions.check(token, null);
    if (holder === null) throw new Error('signed out');
    return { ...holder, ...from, origin: 'console', protocol: 'HTTP' };
  };
}

describe('sensitive settings', () => {
  const CHANGES = [{ commands: { allowed: ['/bin/true'] } }, { outbound: { allowLoopback: true } }];

  test.each(CHANGES)('%j: the owner may, a token never, a browser only after a recent confirmation', async (change) => {
    const api = startApi();
    const caller = await browser(api);
    const save = (who: Caller) => api.dispatch('settings.save', change, who);
    expect(await save(OWNER)).toMatchObject({ ok: true });
    expect(await save(TOKEN)).toMatchObject({ error: { code: 'forbidden', message: expect.stringMatching(/^A token may not/) as string } });
    expect(await save(caller())).toMatchObject({ ok: true });
    await api.consolePassword.set(PASSWORD, TESTER);
    api.clock.advance(10 * MINUTE);
    expect(await save(caller())).toMatchObject({
      error: { code: 'forbidden', field: Object.keys(change)[0], message: expect.stringMatching(/^Confirm with/) as string },
    });
    expect(await api.dispatch('console.confirm', { password: PASSWORD }, caller())).toMatchObject({ ok: true });
    expect(await save(caller())).toMatchObject({ ok: true });
  });

  test('others need no confirmation', async () => {
    const api = startApi();
    const caller = await browser(api);
    api.clock.advance(10 * MINUTE);
    expect(await api.dispatch('settings.save', { log: { keepDays: 5 } }, caller())).toMatchObject({ ok: true });
  });
});

test('a console learns who it is', async () => {
  const api = startApi();
  const caller = await browser(api);
  const ask = (who: Caller) => api.dispatch('console.session', {}, who);
  const soon = new Date(api.clock.now() + 10 * MINUTE).toISOString();
  expect(await ask(caller())).toMatchObject({ value: { kind: 'console', hasPassword: false, confirmedUntil: soon } });
  expect(await ask(OWNER)).toMatchObject({ value: { kind: 'owner', confirmedUntil: soon } });
  expect(await ask(TOKEN)).toMatchObject({ value: { kind: 'api', confirmedUntil: null } });
  await api.consolePassword.set(PASSWORD, TESTER);
  api.clock.advance(10 * MINUTE);
  expect(await ask(caller())).toMatchObject({ value: { hasPassword: true, confirmedUntil: null } });
});

describe('the console password', () => {
  test('is set first by a fresh sign-in, then changed with the present one only; other sessions end', async () => {
    const api = startApi();
    const [caller, other] = [await browser(api), await browser(api)];
    const set = (input: object, who = caller()) => api.dispatch('console.setPassword', input, who);
    expect(await set({ password: 'short' })).toMatchObject({ error: { code: 'invalid_input', field: 'password' } });
    expect(await set({ password: PASSWORD })).toMatchObject({ ok: true });
    expect(() => other()).toThrow('signed out');
    expect(await set({ password: 'another password' })).toMatchObject({ error: { code: 'invalid_input', field: 'current' } });
    expect(await set({ current: 'wrong', password: 'another password' })).toMatchObject({ error: { code: 'bad_credentials' } });
    expect(await set({ current: PASSWORD, password: 'another password' })).toMatchObject({ ok: true });
    expect(await api.dispatch('console.confirm', { password: 'another password' }, caller())).toMatchObject({ ok: true });
    expect(await api.recorded('BASE_CONFIG_UPDATE')).toMatchObject([
      { info: { sections: ['console'], old: { password: '' }, new: { password: '***' } } },
      { info: { sections: ['console'], old: { password: '***' }, new: { password: '***' } } },
    ]);
  });

  test('cannot be set first by a bearer that is merely lying around', async () => {
    const api = startApi();
    const caller = await browser(api);
    api.clock.advance(10 * MINUTE);
    expect(await api.dispatch('console.setPassword', { password: PASSWORD }, caller())).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('gatehouse open') as string },
    });
    expect(await api.dispatch('console.confirm', { password: 'any' }, caller())).toMatchObject({ error: { code: 'conflict' } });
  });

  test('is replaced by the owner, who may have forgotten it', async () => {
    const api = startApi();
    await api.consolePassword.set(PASSWORD, TESTER);
    expect(await api.dispatch('console.setPassword', { password: 'another password' }, OWNER)).toMatchObject({ ok: true });
  });

  test('is kept as an argon2id hash and stands in no answer and no event', async () => {
    const api = startApi();
    await api.dispatch('console.setPassword', { password: PASSWORD }, OWNER);
    expect(api.store.tables.meta.get('console_password_hash')).toMatch(/^\$argon2id\$/);
    const seen = [await api.dispatch('settings.get', {}, OWNER), await api.dispatch('console.session', {}, OWNER), await api.recorded()];
    expect(JSON.stringify(seen)).not.toMatch(/argon2|correct horse/);
  });

  test('wrong ones are recorded, and refused unhashed after five', async () => {
    const api = startApi();
    await api.consolePassword.set(PASSWORD, TESTER);
    const [caller, other] = [await browser(api), await browser(api)];
    const confirm = (password: string, who = caller()) => api.dispatch('console.confirm', { password }, who);
    const answers = await Promise.all(Array.from({ length: 8 }, () => confirm('wrong')));
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(codes.filter((code) => code === 'bad_credentials')).toHaveLength(5);
    expect(codes.filter((code) => code === 'busy')).toHaveLength(3);
    expect(await confirm(PASSWORD)).toMatchObject({ error: { code: 'busy' } });
    expect(await confirm(PASSWORD, other())).toMatchObject({ ok: true });
    api.clock.advance(10 * MINUTE);
    expect(await confirm(PASSWORD)).toMatchObject({ ok: true });
    const failures = await api.recorded('LOGIN_FAILED');
    expect(failures).toHaveLength(5);
    expect(failures[0]).toMatchObject({ origin: 'console', outcome: 'denied', ipv4_address: '127.0.0.1', info: { login: 'console' } });
  });

  test.each(['console.confirm', 'console.setPassword'] as const)('%s is not for tokens', async (method) => {
    const api = startApi();
    await api.consolePassword.set(PASSWORD, TESTER);
    expect(await api.dispatch(method, { password: PASSWORD }, TOKEN)).toMatchObject({ error: { code: 'forbidden' } });
  });
});

test('new links are made by the owner only: a bearer cannot renew itself', async () => {
  const api = startApi();
  const caller = await browser(api);
  for (const who of [caller(), TOKEN]) expect(await api.dispatch('console.open', {}, who)).toMatchObject({ error: { code: 'forbidden' } });
  expect(await api.dispatch('console.open', {}, OWNER)).toMatchObject({ ok: true, value: { file: null } });
});
