import { TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { API_PERMISSIONS } from '../../../engine/contract/method.ts';
import type { Caller } from '../../../engine/rpc/caller.ts';
import { OWNER, startApi, type TestApi, TESTER } from '../../helpers/api.ts';

const PASSWORD = 'correct horse battery';
const FROM = { address: '203.0.113.9', client: 'browser' };
const MINUTE = 60_000;

/** A caller as the next request of this bearer is seen. */
function callerOf({ consoleSessions }: TestApi, bearer: string): Caller {
  const holder = consoleSessions.check(bearer, FROM.address);
  if (holder === null) throw new Error('signed out');
  return { ...holder, ...FROM, origin: 'console', protocol: 'HTTP' };
}

async function signedIn(api: TestApi, name: string, password = PASSWORD) {
  const { token } = await api.adminSignIn.withPassword({ name, password }, FROM);
  return { token, caller: () => callerOf(api, token) };
}

describe('records', () => {
  test('are made, changed field by field and deleted, each an event of kind admin without the password', async () => {
    const { dispatch, recorded, store } = startApi();
    const save = (input: object) => dispatch('admins.save', input, OWNER);
    expect(await save({ name: 'kim', password: PASSWORD, email: 'kim@example.com' })).toMatchObject({
      value: { name: 'kim', permissions: API_PERMISSIONS, enabled: true, hasPassword: true, hasSecondFactor: false, version: 1 },
    });
    expect(await save({ name: 'KIM', permissions: ['events.read'], description: 'Reads' })).toMatchObject({
      value: { name: 'kim', permissions: ['status', 'events.read'], email: 'kim@example.com', hasPassword: true, version: 2 },
    });
    expect(store.tables.admins.byName('kim')?.passwordHash).toMatch(/^\$argon2id\$/);
    expect(await dispatch('admins.delete', { name: 'Kim' }, OWNER)).toMatchObject({ value: { name: 'kim' } });
    expect(await dispatch('admins.delete', { name: 'kim' }, OWNER)).toMatchObject({ error: { code: 'not_found', field: 'name' } });
    const events = await recorded('OBJECT_INSERT', 'OBJECT_UPDATE', 'OBJECT_DELETE');
    expect(events.map(({ type, basetype }) => [type, basetype])).toEqual([
      ['OBJECT_INSERT', 'admin'],
      ['OBJECT_UPDATE', 'admin'],
      ['OBJECT_DELETE', 'admin'],
    ]);
    expect(JSON.stringify(events)).not.toContain(PASSWORD);
  });

  test.each([
    [{ name: 'a b' }, 'name'],
    [{ name: 'kim', password: 'short' }, 'password'],
    [{ name: 'kim', permissions: [] }, 'permissions'],
    [{ name: 'kim', permissions: ['everything'] }, 'permissions.0'],
    [{ name: 'kim', email: 'nobody' }, 'email'],
    [{ name: 'kim', role: 'x' }, 'role'],
    [{ name: 'kim', title: 'x' }, undefined],
  ])('%j is refused at its field', async (input, field) => {
    const answer = await startApi().dispatch('admins.save', input, OWNER);
    expect(answer).toMatchObject({ error: { code: 'invalid_input', ...(field === undefined ? {} : { field }) } });
  });
});

describe('the sign-in', () => {
  test('begins a session with the permissions that he has at the moment, and his name stands in what he does', async () => {
    const api = startApi();
    await api.admins.save({ name: 'kim', password: PASSWORD, permissions: ['accounts.read', 'accounts.write'] }, TESTER);
    const { caller } = await signedIn(api, 'KIM');
    expect(await api.dispatch('console.session', {}, caller())).toMatchObject({ value: { name: 'kim', hasPassword: true } });
    expect(await api.dispatch('settings.get', {}, caller())).toMatchObject({
      error: { code: 'forbidden', message: expect.stringMatching(/^You may not do this.*settings\.read/) as string },
    });
    expect(await api.dispatch('accounts.save', { username: 'acme', password: PASSWORD }, caller())).toMatchObject({ ok: true });
    const events = await api.recorded('USER_LOGIN', 'OBJECT_INSERT');
    expect(events.at(-2)).toMatchObject({ type: 'USER_LOGIN', info: { method: 'password' }, ipv4_address: FROM.address });
    // Numbered downwards, so that no reader takes him for the account of that number.
    expect(events.at(-1)).toMatchObject({ basetype: 'user', origin: 'console', _user: { _id: -1, _generated_displayname: 'kim' } });
    await api.admins.save({ name: 'kim', permissions: ['events.read'] }, TESTER);
    expect(await api.dispatch('accounts.list', {}, caller())).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('unknown, wrong, disabled and without a password sound alike, are recorded, and count against the address', async () => {
    const api = startApi();
    await api.admins.save({ name: 'kim', password: PASSWORD }, TESTER);
    await api.admins.save({ name: 'off', password: PASSWORD, enabled: false }, TESTER);
    await api.admins.save({ name: 'idp' }, TESTER);
    const attempts = [
      ['nobody', PASSWORD],
      ['kim', 'wrong password'],
      ['off', PASSWORD],
      ['idp', PASSWORD],
    ] as const;
    const words = new Set<string>();
    for (const [name, password] of attempts) {
      const error: unknown = await api.adminSignIn.withPassword({ name, password }, FROM).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'bad_credentials', field: 'password' });
      words.add((error as Error).message);
    }
    expect(words.size).toBe(1);
    const failed = await api.recorded('LOGIN_FAILED');
    expect(failed.map(({ info }) => [info['login'], info['reason']])).toEqual([
      ['nobody', 'unknown administrator'],
      ['kim', 'wrong password'],
      ['off', 'the administrator is disabled'],
      ['idp', 'the administrator has no password'],
    ]);
    expect(api.defender.watched()).toMatchObject([{ address: FROM.address, score: 5 }]);
    await api.defender.block({ address: FROM.address, minutes: 5, reason: '' }, TESTER);
    await expect(api.adminSignIn.withPassword({ name: 'kim', password: PASSWORD }, FROM)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('nobody in the office tries all passwords either, and a good one in between does not help', async () => {
    const api = startApi();
    await api.admins.save({ name: 'kim', password: PASSWORD }, TESTER);
    const lan = { address: '192.168.0.7', client: null };
    const tried = await Promise.allSettled(
      Array.from({ length: 25 }, () => api.adminSignIn.withPassword({ name: 'kim', password: 'wrong password' }, lan)),
    );
    const codes = tried.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'in'));
    expect(codes.filter((code) => code === 'bad_credentials')).toHaveLength(20);
    expect(codes.filter((code) => code === 'busy')).toHaveLength(5);
    await expect(api.adminSignIn.withPassword({ name: 'kim', password: PASSWORD }, lan)).rejects.toMatchObject({ code: 'busy' });
    await signedIn(api, 'kim');
    api.clock.advance(10 * MINUTE);
    await api.adminSignIn.withPassword({ name: 'kim', password: PASSWORD }, lan);
  });

  test('takes a code where he has switched that on, and an administrator of all takes it away from who has lost it', async () => {
    const api = startApi();
    await api.admins.save({ name: 'kim', password: PASSWORD, permissions: ['status'] }, TESTER);
    const { caller } = await signedIn(api, 'kim');
    const enrolled = await api.dispatch('console.enrolTwoFactor', {}, caller());
    const { secret } = (enrolled as { value: { secret: string } }).value;
    const code = (steps = 0) => new TOTP({ secret, issuer: '', label: '' }).generate({ timestamp: api.clock.now() + steps * 30_000 });
    expect(await api.dispatch('console.confirmTwoFactor', { code: code() }, caller())).toMatchObject({ ok: true });
    expect(await api.dispatch('console.twoFactor', {}, caller())).toMatchObject({ value: { state: 'on' } });
    const again = (given?: string) => api.adminSignIn.withPassword({ name: 'kim', password: PASSWORD, code: given }, FROM);
    await expect(again()).rejects.toMatchObject({ code: 'code_needed', field: 'code' });
    await expect(again('000000')).rejects.toMatchObject({ code: 'bad_credentials', field: 'code' });
    await again(code(1));
    expect((await api.recorded('LOGIN_FAILED')).map(({ info }) => info)).toEqual([{ method: 'code', login: 'kim', reason: 'wrong code' }]);
    expect(await api.dispatch('console.twoFactor', {}, OWNER)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await api.dispatch('admins.removeTwoFactor', { name: 'kim' }, OWNER)).toMatchObject({ value: { hasSecondFactor: false } });
    await again();
  });

  test('ends when it idles, after so long in all, when he is disabled, deleted, or given another password', async () => {
    const api = startApi();
    await api.admins.save({ name: 'kim', password: PASSWORD }, TESTER);
    const idle = await signedIn(api, 'kim');
    api.clock.advance(60 * MINUTE);
    expect(idle.caller).toThrow('signed out');
    const long = await signedIn(api, 'kim');
    for (let passed = 0; passed < 11; passed++) {
      api.clock.advance(59 * MINUTE);
      long.caller();
    }
    api.clock.advance(72 * MINUTE);
    expect(long.caller).toThrow('signed out');
    const [own, other] = [await signedIn(api, 'kim'), await signedIn(api, 'kim')];
    const set = { current: PASSWORD, password: 'another password' };
    expect(await api.dispatch('console.setPassword', set, own.caller())).toMatchObject({ ok: true });
    own.caller();
    expect(other.caller).toThrow('signed out');
    await api.admins.save({ name: 'kim', enabled: false }, TESTER);
    expect(own.caller).toThrow('signed out');
  });
});

describe('what one may do to others', () => {
  test('ends at what he may do himself, and needs a recent confirmation by his own password', async () => {
    const api = startApi();
    await api.admins.save({ name: 'chief', password: PASSWORD }, TESTER);
    await api.admins.save({ name: 'kim', password: PASSWORD, permissions: ['admins', 'tokens', 'events.read'] }, TESTER);
    const { caller } = await signedIn(api, 'kim');
    const call = (method: string, input: object) => api.dispatch(method, input, caller());
    const refused = { error: { code: 'forbidden', field: 'permissions' } };
    expect(await call('admins.save', { name: 'kim', permissions: API_PERMISSIONS })).toMatchObject(refused);
    expect(await call('admins.save', { name: 'new' })).toMatchObject(refused);
    expect(await call('admins.save', { name: 'chief', password: 'a new password' })).toMatchObject(refused);
    expect(await call('admins.delete', { name: 'chief' })).toMatchObject(refused);
    expect(await call('tokens.create', { name: 'x', permissions: ['settings.write'] })).toMatchObject(refused);
    expect(await call('admins.save', { name: 'new', permissions: ['events.read'] })).toMatchObject({ ok: true });
    api.clock.advance(11 * MINUTE);
    const stale = await call('admins.delete', { name: 'new' });
    expect(stale).toMatchObject({ error: { code: 'forbidden', message: expect.stringContaining('Confirm with your password') as string } });
    expect(await call('console.confirm', { password: 'wrong password' })).toMatchObject({ error: { code: 'bad_credentials' } });
    expect(await call('console.confirm', { password: PASSWORD })).toMatchObject({ ok: true });
    expect(await call('admins.delete', { name: 'new' })).toMatchObject({ ok: true });
  });

  test('a token never has a say, and an administrator who confirms is not the owner', async () => {
    const api = startApi();
    const token: Caller = { ...OWNER, kind: 'api' };
    expect(await api.dispatch('admins.save', { name: 'x' }, token)).toMatchObject({ error: { code: 'forbidden' } });
    await api.admins.save({ name: 'kim', password: PASSWORD }, TESTER);
    const { caller } = await signedIn(api, 'kim');
    expect(await api.dispatch('console.open', {}, caller())).toMatchObject({ error: { code: 'forbidden' } });
  });
});

test('the last one who may do everything and can sign in stays while the console is reached from elsewhere', async () => {
  const api = startApi();
  await api.admins.save({ name: 'chief', password: PASSWORD }, TESTER);
  await api.admins.save({ name: 'reader', password: PASSWORD, permissions: ['events.read'] }, TESTER);
  const last = { code: 'in_use', field: 'name' };
  await api.settings.save({ console: { enabled: true } }, TESTER);
  for (const change of [{ enabled: false }, { permissions: ['status' as const] }, { password: null }])
    await expect(api.admins.save({ name: 'chief', ...change }, TESTER)).rejects.toMatchObject(last);
  await expect(api.admins.delete('chief', TESTER)).rejects.toMatchObject(last);
  await api.admins.delete('reader', TESTER);
  await api.admins.save({ name: 'second', password: PASSWORD }, TESTER);
  await api.admins.delete('chief', TESTER);
  await api.settings.save({ console: { enabled: false } }, TESTER);
  await api.admins.delete('second', TESTER);
});
