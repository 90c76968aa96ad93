import { describe, expect, test } from 'vitest';
import { createAddressLists } from '../../../../engine/accounts/defender/address-lists.ts';
import { createDefender } from '../../../../engine/accounts/defender/index.ts';
import { createPasswords } from '../../../../engine/accounts/passwords.ts';
import { createSignIn } from '../../../../engine/accounts/sign-in.ts';
import type { Protocol } from '../../../../engine/contract/event.ts';
import { createLogger, silentSink } from '../../../../engine/lib/log.ts';
import { OWNER, startApi, TESTER } from '../../../helpers/api.ts';
import { eventually } from '../../../helpers/eventually.ts';

const FOREIGN = '198.51.100.7';
const MINUTE = 60_000;

function start() {
  const api = startApi();
  const { defender } = api;
  const offend = (
    address: string,
    times = 1,
    kind: 'wrongPassword' | 'unknownUser' | 'limit' = 'unknownUser',
    protocol: Protocol = 'SFTP',
  ) => {
    for (let n = 0; n < times; n++) defender.report({ kind, protocol, address, login: `name${n}` });
  };
  const refused = (address: string, protocol: Protocol = 'SFTP') => defender.refusal(address, protocol) !== null;
  return { ...api, offend, refused };
}

describe('counting', () => {
  test('an address is blocked at the threshold, with an event that says why, and let in when its time is over', async () => {
    const { offend, refused, defender, recorded, clock } = start();
    offend(FOREIGN, 7);
    expect(refused(FOREIGN)).toBe(false);
    expect(defender.watched()).toMatchObject([{ address: FOREIGN, score: 14 }]);
    offend(FOREIGN, 1, 'wrongPassword', 'FTP');
    expect(defender.refusal(FOREIGN, 'FTP')).toBe('Your address is blocked for another 30 minutes. Ask the administrator.');
    expect(defender.watched()).toEqual([]);
    const [event] = await recorded('IP_BLOCKED');
    expect(event).toMatchObject({
      ipv4_address: FOREIGN,
      protocol: 'FTP',
      pollable: true,
      info: {
        score: 15,
        logins: ['name0', 'name6', 'name5', 'name4', 'name3'],
        network: FOREIGN,
        reason: 'too many failed sign-ins',
        until: new Date(clock.now() + 30 * MINUTE).toISOString(),
      },
    });
    clock.advance(29.5 * MINUTE);
    expect(defender.refusal(FOREIGN, 'SFTP')).toContain('another minute');
    clock.advance(MINUTE);
    expect(refused(FOREIGN)).toBe(false);
    expect(defender.blocked()).toEqual([]);
  });

  test('a block that is over when the engine starts is lifted with an event; one that is not is kept', async () => {
    const { offend, store, events, clock, lists, recorded, settings } = start();
    offend(FOREIGN, 8);
    clock.advance(20 * MINUTE);
    offend('203.0.113.9', 8);
    await events.flush();
    clock.advance(15 * MINUTE);
    const log = createLogger(silentSink, 'test');
    const restarted = createDefender({ store, events, clock, log, lists, settings: () => settings.get().defender });
    expect(restarted.refusal('203.0.113.9', 'SFTP')).toContain('another 15 minutes');
    await eventually(async () =>
      expect(await recorded('IP_UNBLOCKED')).toMatchObject([{ ipv4_address: FOREIGN, info: { reason: 'its time was over' } }]),
    );
    restarted.close();
  });

  test.each(['127.0.0.1', '10.1.2.3', '172.20.0.1', '192.168.7.7', '::1', 'fd00::1', 'fe80::1%eth0', '::ffff:192.168.1.1'])(
    'the LAN is spared: %s',
    async (address) => {
      const { offend, refused, settings } = start();
      offend(address, 50);
      expect(refused(address)).toBe(false);
      await settings.save({ defender: { spareLan: false } }, TESTER);
      offend(address, 50);
      expect(refused(address)).toBe(true);
    },
  );

  test('an IPv6 subscriber is blocked with all of its addresses', () => {
    const { offend, refused, defender } = start();
    for (let n = 0; n < 8; n++) offend(`2001:db8:1:2::${n}`);
    expect(refused('2001:db8:1:2:ffff::1')).toBe(true);
    expect(refused('2001:db8:1:3::1')).toBe(false);
    expect(defender.blocked()).toMatchObject([{ network: '2001:db8:1:2::/64', address: '2001:db8:1:2::7' }]);
  });

  test('switched off it counts nothing, but what was blocked by hand stays blocked', async () => {
    const { offend, refused, defender, settings } = start();
    await settings.save({ defender: { enabled: false } }, TESTER);
    offend(FOREIGN, 50);
    expect(refused(FOREIGN)).toBe(false);
    await defender.block({ address: FOREIGN, minutes: null, reason: '' }, TESTER);
    expect(refused(FOREIGN)).toBe(true);
  });

  test('a block grows only where the settings say so, once a minute, and up to a day', async () => {
    const { offend, defender, clock, settings } = start();
    offend(FOREIGN, 8);
    const until = () => Date.parse(defender.blocked()[0]?.until ?? '') - clock.now();
    clock.advance(MINUTE);
    defender.refusal(FOREIGN, 'SFTP');
    expect(until()).toBe(29 * MINUTE);
    await settings.save({ defender: { growthPercent: 50 } }, TESTER);
    for (let n = 0; n < 10; n++) defender.refusal(FOREIGN, 'SFTP');
    expect(until()).toBe(44 * MINUTE);
    for (let n = 0; n < 200; n++) {
      clock.advance(MINUTE);
      defender.refusal(FOREIGN, 'SFTP');
    }
    expect(until()).toBe(24 * 60 * MINUTE);
  });
});

describe('by hand', () => {
  test('an address is blocked until it is lifted; open sessions have to go; the count starts anew', async () => {
    const { dispatch, defender, offend, refused, recorded } = start();
    offend(FOREIGN, 7);
    expect(await dispatch('defender.block', { address: FOREIGN, reason: 'a scanner' }, OWNER)).toMatchObject({
      ok: true,
      value: { address: FOREIGN, until: null, by: 'person', reason: 'a scanner', protocol: null },
    });
    expect(refused(FOREIGN)).toBe(true);
    expect(defender.expels(FOREIGN, 'FTPS')).toBe(true);
    expect(await dispatch('defender.unblock', { address: FOREIGN }, OWNER)).toMatchObject({ ok: true });
    expect(refused(FOREIGN)).toBe(false);
    offend(FOREIGN, 7);
    expect(refused(FOREIGN)).toBe(false);
    expect(
      (await recorded('IP_BLOCKED', 'IP_UNBLOCKED')).map(({ type, ipv4_address, info }) => [type, ipv4_address, info['reason']]),
    ).toEqual([
      ['IP_BLOCKED', FOREIGN, 'a scanner'],
      ['IP_UNBLOCKED', FOREIGN, 'lifted by a person'],
    ]);
  });

  test('a block of the defender keeps strangers out, not those who are signed in', () => {
    const { offend, defender } = start();
    offend(FOREIGN, 8);
    expect(defender.expels(FOREIGN, 'SFTP')).toBe(false);
  });

  test('what is not blocked cannot be lifted, and nonsense cannot be blocked', async () => {
    const { dispatch } = start();
    expect(await dispatch('defender.unblock', { address: FOREIGN }, OWNER)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    for (const address of ['', 'example.com', '198.51.100.0/24'])
      expect(await dispatch('defender.block', { address }, OWNER)).toMatchObject({
        ok: false,
        error: { code: 'invalid_input', field: 'address' },
      });
  });

  test('reading and writing are two permissions', async () => {
    const { dispatch } = start();
    const reader = { ...OWNER, kind: 'api' as const, permissions: new Set(['defence.read'] as const) };
    expect(await dispatch('defender.list', {}, reader)).toMatchObject({ ok: true });
    expect(await dispatch('defender.block', { address: FOREIGN }, reader)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });
});

describe('lists', () => {
  test('the longest prefix decides, whichever list it is of', async () => {
    const { dispatch, refused } = start();
    const save = (network: string, mode: string, protocols: string[] = []) => dispatch('ipLists.save', { network, mode, protocols }, OWNER);
    await save('198.51.0.0/16', 'deny');
    await save('198.51.100.0/24', 'allow');
    await save('198.51.100.7', 'deny', ['FTP']);
    await save('2001:DB8::/32', 'deny');
    const cases: [string, Protocol, boolean][] = [
      ['198.51.1.1', 'SFTP', true],
      ['198.51.100.8', 'SFTP', false],
      ['198.51.100.7', 'SFTP', false],
      ['198.51.100.7', 'FTP', true],
      ['::ffff:198.51.1.1', 'SFTP', true],
      ['2001:db8:5::1', 'FTPS', true],
      ['203.0.113.1', 'SFTP', false],
    ];
    expect(cases.map(([address, protocol]) => [address, protocol, refused(address, protocol)])).toEqual(cases);
  });

  test('what is always allowed is never counted, lifts a block, and cannot be blocked', async () => {
    const { offend, refused, lists, defender, recorded, dispatch } = start();
    offend(FOREIGN, 8);
    await lists.save({ network: FOREIGN, mode: 'allow', protocols: [], note: '' }, TESTER);
    expect(refused(FOREIGN)).toBe(false);
    expect(await recorded('IP_UNBLOCKED')).toMatchObject([{ info: { reason: 'it is on the allow list' } }]);
    offend(FOREIGN, 50);
    expect(defender.watched()).toEqual([]);
    expect(await dispatch('defender.block', { address: FOREIGN }, OWNER)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  });

  test('an entry is one record: made, changed by its network or id, deleted, each an event, kept over a restart', async () => {
    const { dispatch, recorded, store, events, clock } = start();
    const save = async (input: object) => dispatch('ipLists.save', input, OWNER);
    const first = await save({ network: '203.0.113.0/24', mode: 'deny', note: 'scanners' });
    expect(first).toMatchObject({ ok: true, value: { network: '203.0.113.0/24', version: 1 } });
    const { id } = (first as { value: { id: number } }).value;
    expect(await save({ network: '203.0.113.0/24', mode: 'allow' })).toMatchObject({ ok: true, value: { id, version: 2, note: '' } });
    expect(await save({ id, network: '203.0.113.4/32', mode: 'allow' })).toMatchObject({ ok: true, value: { id, network: '203.0.113.4' } });
    await save({ network: '192.0.2.1', mode: 'deny' });
    expect(await save({ id, network: '192.0.2.1', mode: 'deny' })).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await save({ network: '203.0.113.0/33', mode: 'deny' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(createAddressLists({ store, events, clock }).list()).toHaveLength(2);
    expect(await dispatch('ipLists.delete', { id }, OWNER)).toMatchObject({ ok: true, value: { id } });
    expect(await dispatch('ipLists.delete', { id }, OWNER)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect((await recorded()).map(({ type, basetype, objecttype, object_id }) => [type, objecttype ?? basetype, object_id])).toEqual([
      ['OBJECT_INSERT', 'ip_list', id],
      ['OBJECT_UPDATE', 'ip_list', id],
      ['OBJECT_UPDATE', 'ip_list', id],
      ['OBJECT_INSERT', 'ip_list', id + 1],
      ['OBJECT_DELETE', 'ip_list', id],
    ]);
  });
});

describe('at the sign-in', () => {
  test('wrong passwords and unknown names count; keys that do not fit do not; once blocked nothing is hashed', async () => {
    const { store, events, clock, defender, accounts, recorded } = start();
    await accounts.save({ username: 'acme', password: 'right' }, TESTER);
    const real = createPasswords();
    let hashed = 0;
    const passwords: typeof real = {
      ...real,
      verify: (...given) => {
        hashed++;
        return real.verify(...given);
      },
    };
    const signIn = createSignIn({ store, events, passwords, clock, defender });
    const attempt = (username: string) => ({ protocol: 'SFTP' as const, address: FOREIGN, client: null, username });
    const key = { algorithm: 'ssh-ed25519', blob: Buffer.from('no key of acme') };
    for (let n = 0; n < 20; n++) await signIn.withKey(attempt('acme'), key, true);
    expect(defender.watched()).toEqual([]);
    await signIn.withPassword(attempt('acme'), 'wrong');
    await Promise.all(Array.from({ length: 7 }, () => signIn.withPassword(attempt('nobody'), 'wrong')));
    expect(defender.blocked()).toMatchObject([{ address: FOREIGN, score: 15, protocol: 'SFTP', logins: ['nobody', 'acme'] }]);
    expect(hashed).toBe(8);
    expect(await signIn.withPassword(attempt('acme'), 'right')).toBeNull();
    expect(await signIn.knowsKey(attempt('acme'), key)).toBe(false);
    expect(hashed).toBe(8);
    expect((await recorded('LOGIN_FAILED')).at(-1)).toMatchObject({ info: { reason: 'the address is blocked' } });
  });

  test('a wrong password counts whether or not the account may come in; a right one never does', async () => {
    const { store, events, clock, defender, accounts, recorded } = start();
    const signIn = createSignIn({ store, events, passwords: createPasswords(), clock, defender });
    const closed: [string, object][] = [
      ['off', { enabled: false }],
      ['expired', { expiresAt: '2020-01-01T00:00:00Z' }],
      ['keyed', { signIn: { requireKey: true } }],
      ['elsewhere', { signIn: { protocols: ['FTPS'], addresses: ['10.0.0.0/8'] } }],
      ['closed', { limits: { hours: [{ weekdays: [], from: '00:00', to: '00:00' }] } }],
    ];
    const attempt = (username: string) => ({ protocol: 'SFTP' as const, address: FOREIGN, client: null, username });
    for (const [username, settings] of closed) {
      await accounts.save({ username, password: 'right', ...settings }, TESTER);
      expect(await signIn.withPassword(attempt(username), 'right'), username).toBeNull();
    }
    expect(defender.watched()).toEqual([]);
    for (const [username] of closed) expect(await signIn.withPassword(attempt(username), 'wrong'), username).toBeNull();
    expect(defender.watched()).toMatchObject([{ address: FOREIGN, score: closed.length }]);
    expect((await recorded('LOGIN_FAILED')).map(({ info }) => info['reason'])).toContain('wrong password, and the account is disabled');
  });

  test('what waits for its hash when the address is blocked is not hashed any more', async () => {
    const { store, events, clock, defender } = start();
    const signIn = createSignIn({ store, events, passwords: createPasswords(), clock, defender });
    const attempt = { protocol: 'FTP' as const, address: FOREIGN, client: null, username: 'nobody' };
    await Promise.all(Array.from({ length: 60 }, () => signIn.withPassword(attempt, 'wrong')));
    expect(defender.blocked()).toMatchObject([{ score: 16 }]);
  });
});
