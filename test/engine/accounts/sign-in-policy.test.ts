import { describe, expect, test } from 'vitest';
import { entranceRefusal } from '../../../engine/accounts/sign-in-policy.ts';
import type { SignInPolicy } from '../../../engine/contract/access.ts';
import type { Account } from '../../../engine/contract/account.ts';
import type { Protocol } from '../../../engine/contract/event.ts';
import { OWNER, startApi, TESTER } from '../../helpers/api.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

async function account(signIn: Partial<SignInPolicy> = {}, changes: Partial<Account> = {}): Promise<Account> {
  const { accounts } = startApi();
  const policy = { requireKey: false, requireEncryption: false, protocols: [], addresses: [], ...signIn };
  return { ...(await accounts.save({ username: 'acme', signIn: policy }, TESTER)), ...changes };
}

const over = (protocol: Protocol, address: string | null = '192.0.2.7') => ({ protocol, address });

describe('who may come in', () => {
  test('nothing asked: everybody, from everywhere, over everything', async () => {
    const open = await account();
    for (const protocol of ['SFTP', 'FTP', 'FTPS'] as const) expect(entranceRefusal(open, over(protocol), NOON)).toBeNull();
    expect(entranceRefusal(open, over('SFTP', null), NOON)).toBeNull();
  });

  test('until it expires, to the millisecond', async () => {
    const expiring = await account({}, { expiresAt: '2026-11-21T12:00:00.000Z' });
    expect(entranceRefusal(expiring, over('SFTP'), NOON - 1)).toBeNull();
    expect(entranceRefusal(expiring, over('SFTP'), NOON)).toBe('the account has expired');
  });

  test.each<[Protocol, string | null]>([
    ['SFTP', null],
    ['FTPS', null],
    ['FTP', 'this account may not sign in without encryption'],
  ])('an account that requires encryption, over %s', async (protocol, refusal) => {
    expect(entranceRefusal(await account({ requireEncryption: true }), over(protocol), NOON)).toBe(refusal);
  });

  test('only the listed protocols', async () => {
    const limited = await account({ protocols: ['SFTP', 'FTPS'] });
    expect(entranceRefusal(limited, over('SFTP'), NOON)).toBeNull();
    expect(entranceRefusal(limited, over('FTP'), NOON)).toBe('FTP is not allowed for this account');
  });

  test.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.0/24', '192.0.2.200', true],
    ['192.0.2.9/24', '192.0.2.200', true],
    ['192.0.2.0/24', '192.0.3.1', false],
    ['192.0.2.0/24', '::ffff:192.0.2.1', true],
    ['0.0.0.0/0', '198.51.100.1', true],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['fe80::1', 'fe80::1%eth0', true],
    ['192.0.2.0/24', '', false],
  ])('an account of %s, from %j: %s', async (rule, address, isWelcome) => {
    const limited = await account({ addresses: ['203.0.113.1', rule] });
    expect(entranceRefusal(limited, over('SFTP', address), NOON) === null).toBe(isWelcome);
  });

  test('what has no address is in no list', async () => {
    expect(entranceRefusal(await account({ addresses: ['0.0.0.0/0'] }), over('SFTP', null), NOON)).toMatch(/address/);
  });
});

describe('what may be asked', () => {
  test.each(['192.0.2.0/33', '192.0.2', '192.0.2.256', 'office', '', '2001:db8::/129', '10.0.0.0/8 ', '10.0.0.0/-1'])(
    'the address rule %j is refused at its place',
    async (rule) => {
      const { dispatch, accounts } = startApi();
      const answer = await dispatch('accounts.save', { username: 'acme', signIn: { addresses: ['10.0.0.0/8', rule] } }, OWNER);
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input', field: 'signIn.addresses.1' } });
      expect(JSON.stringify(answer)).toContain('192.168.0.0/24');
      expect(accounts.list()).toEqual([]);
    },
  );

  test('the new fields are kept, and what is left out of a later save stays', async () => {
    const { accounts, dataFolder, store } = startApi();
    const signIn = { requireKey: true, requireEncryption: true, protocols: ['SFTP' as const], addresses: ['10.0.0.0/8'] };
    const fields = { contact: 'Anna, +49 30 1', notes: 'Calls on Mondays\nonly', expiresAt: '2027-01-01T01:00:00+01:00', signIn };
    await accounts.save({ username: 'acme', ...fields }, TESTER);
    const kept = { ...fields, expiresAt: '2027-01-01T00:00:00.000Z' };
    expect(await accounts.save({ username: 'acme', email: 'a@acme.example' }, TESTER)).toMatchObject(kept);
    await store.close();
    expect(startApi({ dataFolder }).accounts.get('acme')).toMatchObject(kept);
  });

  test('an expiry is taken back with null', async () => {
    const { accounts } = startApi();
    await accounts.save({ username: 'acme', expiresAt: '2027-01-01T00:00:00Z' }, TESTER);
    expect(await accounts.save({ username: 'acme', expiresAt: null }, TESTER)).toMatchObject({ expiresAt: null });
  });
});

describe('a pasted key', () => {
  const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOff2E/Eco0fz+IG5j6C5ClzvFAZudxQsUv0YHDb2iMr';

  test('is told by type, fingerprint and comment', async () => {
    expect(await startApi().dispatch('accounts.checkKey', { key: `${KEY} anna\n` }, OWNER)).toEqual({
      ok: true,
      value: { type: 'ssh-ed25519', fingerprint: 'SHA256:qTDbMffbY9j5lIiMI1iv4vVgSP+cQzEcpCljRgXMbNc', comment: 'anna' },
    });
  });

  test('is refused with what to do when it is the private one', async () => {
    const answer = await startApi().dispatch('accounts.checkKey', { key: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1' }, OWNER);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input', field: 'key' } });
    expect(JSON.stringify(answer)).toMatch(/private key.*\.pub.*ask for a new pair/);
    expect(JSON.stringify(answer)).not.toContain('b3Blbn');
  });
});
