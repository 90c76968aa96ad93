import { describe, expect, test } from 'vitest';
import { createPasswords } from '../../../engine/accounts/passwords.ts';
import { createSignIn } from '../../../engine/accounts/sign-in.ts';
import { AppError } from '../../../engine/contract/errors.ts';
import { startApi, TESTER } from '../../helpers/api.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOff2E/Eco0fz+IG5j6C5ClzvFAZudxQsUv0YHDb2iMr';
const OFFERED = { algorithm: 'ssh-ed25519', blob: Buffer.from(KEY, 'base64') };
const OTHER = { algorithm: 'ssh-ed25519', blob: Buffer.from(KEY.replace('MrM', 'MrN').replace('Off2', 'Off3'), 'base64') };

async function start(passwords = createPasswords()) {
  const api = startApi();
  await api.accounts.save({ username: 'acme', password: 'right', publicKeys: [{ label: 'pc', key: `ssh-ed25519 ${KEY}` }] }, TESTER);
  await api.accounts.save({ username: 'keyless' }, TESTER);
  const signIn = createSignIn({ store: api.store, events: api.events, passwords, clock: api.clock });
  const attempt = (username: string) => ({ protocol: 'SFTP' as const, address: '192.0.2.7', client: 'SSH-2.0-Test', username });
  const failures = async () => (await api.recorded('LOGIN_FAILED')).map(({ info }) => info);
  return { ...api, signIn, attempt, failures };
}

describe('with a password', () => {
  test('the right one opens, in any case of the name, and records nothing', async () => {
    const { signIn, attempt, failures } = await start();
    expect(await signIn.withPassword(attempt('acme'), 'right')).toMatchObject({ username: 'acme' });
    expect(await signIn.withPassword(attempt('ACME'), 'right')).toMatchObject({ username: 'acme' });
    expect(await failures()).toEqual([]);
  });

  test('each refusal is recorded with its reason, and without the password', async () => {
    const { signIn, attempt, accounts, recorded } = await start();
    await accounts.save({ username: 'off', password: 'right', enabled: false }, TESTER);
    expect(await signIn.withPassword(attempt('acme'), 'wr0ng-pass')).toBeNull();
    expect(await signIn.withPassword(attempt('nobody'), 'wr0ng-pass')).toBeNull();
    expect(await signIn.withPassword(attempt('keyless'), '')).toBeNull();
    expect(await signIn.withPassword(attempt('off'), 'right')).toBeNull();
    expect(await signIn.withPassword(attempt('x'.repeat(5000)), 'y')).toBeNull();
    const events = await recorded('LOGIN_FAILED');
    expect(events.map(({ info }) => [info['login'], info['reason']])).toEqual([
      ['acme', 'wrong password'],
      ['nobody', 'unknown user'],
      ['keyless', 'the account has no password'],
      ['off', 'the account is disabled'],
      ['x'.repeat(255), 'unknown user'],
    ]);
    expect(events[0]).toMatchObject({
      ipv4_address: '192.0.2.7',
      protocol: 'SFTP',
      client: 'SSH-2.0-Test',
      outcome: 'denied',
      origin: 'client',
      info: { method: 'password' },
      _user: { _generated_displayname: 'acme' },
    });
    expect(events[1]?._user).toBeNull();
    expect(JSON.stringify(events)).not.toContain('wr0ng-pass');
  });

  test('known and unknown users cost the same: one hash each, whatever is wrong', async () => {
    const passwords = createPasswords();
    const hashes: (string | null)[] = [];
    const { signIn, attempt, accounts } = await start({
      hash: (password) => passwords.hash(password),
      verify(source, stored, password, isWanted) {
        hashes.push(stored);
        return passwords.verify(source, stored, password, isWanted);
      },
    });
    await accounts.save({ username: 'off', password: 'right one', enabled: false }, TESTER);
    await accounts.save({ username: 'needs-key', password: 'right one', signIn: { requireKey: true } }, TESTER);
    await accounts.save({ username: 'visitor', signIn: { anonymous: true } }, TESTER);
    await accounts.save({ username: 'stale', password: 'right one', passwordMustChange: true }, TESTER);
    for (const [username, password] of [
      ['acme', 'wrong'],
      ['acme', 'right'],
      ['nobody', 'wrong'],
      ['nobody', ''],
      ['keyless', 'wrong'],
      ['off', 'right one'],
      ['off', 'wrong'],
      ['needs-key', 'right one'],
      ['stale', 'wrong'],
      ['visitor', 'any'],
      ['acme', 'x'.repeat(5000)],
    ] as const) {
      hashes.length = 0;
      await signIn.withPassword(attempt(username), password);
      expect(hashes, `${username}, ${password.slice(0, 10)}`).toHaveLength(1);
    }
  });

  test('a full queue is a refusal, not an error', async () => {
    const { signIn, attempt, failures } = await start({
      hash: () => Promise.resolve(''),
      verify: () => Promise.reject(new AppError('busy')),
    });
    expect(await signIn.withPassword(attempt('acme'), 'right')).toBeNull();
    expect(await failures()).toMatchObject([{ reason: 'too many sign-ins at once' }]);
  });

  test('an account disabled while its password was being checked stays out', async () => {
    let finish: (fits: boolean) => void = () => undefined;
    const { signIn, attempt, accounts, failures } = await start({
      hash: () => Promise.resolve('hash'),
      verify: () => new Promise((resolve) => (finish = resolve)),
    });
    const answer = signIn.withPassword(attempt('acme'), 'right');
    await accounts.save({ username: 'acme', enabled: false }, TESTER);
    finish(true);
    expect(await answer).toBeNull();
    expect(await failures()).toMatchObject([{ reason: 'the account is disabled' }]);
  });
});

describe('an account with conditions', () => {
  const OPEN = { requireKey: false, requireEncryption: false, protocols: [], addresses: [] };

  test.each([
    ['expired', { expiresAt: '2026-11-21T12:00:00Z' }, 'the account has expired'],
    ['other addresses', { signIn: { ...OPEN, addresses: ['198.51.100.0/24'] } }, 'the address is not allowed for this account'],
    ['another protocol', { signIn: { ...OPEN, protocols: ['FTPS' as const] } }, 'SFTP is not allowed for this account'],
    ['switched off', { enabled: false }, 'the account is disabled'],
  ])('%s: neither password nor key opens, and only the log says why', async (_, conditions, reason) => {
    const { signIn, attempt, accounts, failures } = await start();
    await accounts.save({ username: 'acme', ...conditions }, TESTER);
    expect(await signIn.withPassword(attempt('acme'), 'right')).toBeNull();
    expect(await signIn.knowsKey(attempt('acme'), OFFERED)).toBe(false);
    expect(await signIn.withKey(attempt('acme'), OFFERED, true)).toBeNull();
    expect((await failures()).map((info) => [info['method'], info['reason']])).toEqual([
      ['password', reason],
      ['publickey', reason],
    ]);
  });

  test('one that requires a key is not opened by its password', async () => {
    const { signIn, attempt, accounts, failures } = await start();
    await accounts.save({ username: 'acme', signIn: { ...OPEN, requireKey: true } }, TESTER);
    expect(await signIn.withPassword(attempt('acme'), 'right')).toBeNull();
    expect(await signIn.withKey(attempt('acme'), OFFERED, true)).toMatchObject({ username: 'acme' });
    expect(await failures()).toMatchObject([{ method: 'password', reason: 'this account needs a key' }]);
  });

  test('one that may not come in is compared with its own password, at the same cost', async () => {
    const compared: (string | null)[] = [];
    const { signIn, attempt, accounts } = await start({
      hash: () => Promise.resolve(''),
      verify: (_source, stored) => {
        compared.push(stored);
        return Promise.resolve(false);
      },
    });
    await signIn.withPassword(attempt('acme'), 'right');
    await accounts.save({ username: 'acme', expiresAt: '2026-01-01T00:00:00Z' }, TESTER);
    await signIn.withPassword(attempt('acme'), 'right');
    expect(compared).toEqual([expect.stringContaining('$argon2id$'), expect.stringContaining('$argon2id$')]);
  });

  test('conditions set while the password was being checked hold', async () => {
    let finish: (fits: boolean) => void = () => undefined;
    const { signIn, attempt, accounts, failures } = await start({
      hash: () => Promise.resolve('hash'),
      verify: () => new Promise((resolve) => (finish = resolve)),
    });
    const answer = signIn.withPassword(attempt('acme'), 'right');
    await accounts.save({ username: 'acme', signIn: { ...OPEN, requireKey: true } }, TESTER);
    finish(true);
    expect(await answer).toBeNull();
    expect(await failures()).toMatchObject([{ reason: 'this account needs a key' }]);
  });
});

describe('with a key', () => {
  test('the probe answers without a record', async () => {
    const { signIn, attempt, failures } = await start();
    expect(await signIn.knowsKey(attempt('acme'), OFFERED)).toBe(true);
    expect(await signIn.knowsKey(attempt('acme'), OTHER)).toBe(false);
    expect(await signIn.knowsKey(attempt('nobody'), OFFERED)).toBe(false);
    expect(await failures()).toEqual([]);
  });

  test('a known key with a valid signature opens; anything else is refused with its reason', async () => {
    const { signIn, attempt, accounts, failures } = await start();
    expect(await signIn.withKey(attempt('acme'), OFFERED, true)).toMatchObject({ username: 'acme' });
    expect(await signIn.withKey(attempt('acme'), OFFERED, false)).toBeNull();
    expect(await signIn.withKey(attempt('acme'), OTHER, true)).toBeNull();
    expect(await signIn.withKey(attempt('nobody'), OFFERED, true)).toBeNull();
    await accounts.save({ username: 'acme', enabled: false }, TESTER);
    expect(await signIn.withKey(attempt('acme'), OFFERED, true)).toBeNull();
    expect(await signIn.knowsKey(attempt('acme'), OFFERED)).toBe(false);
    expect((await failures()).map(({ method, reason }) => [method, reason])).toEqual([
      ['publickey', 'the signature is not valid'],
      ['publickey', 'unknown key'],
      ['publickey', 'unknown user'],
      ['publickey', 'the account is disabled'],
    ]);
  });
});
