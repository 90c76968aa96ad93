import { describe, expect, test } from 'vitest';
import { type Limits, limitsSchema } from '../../../engine/contract/access.ts';
import { createBandwidth } from '../../../engine/vfs/bandwidth.ts';
import { get, put, startVfs } from '../../helpers/vfs.ts';

const limits = (given: Partial<Limits>): Limits => limitsSchema.parse(given);

async function start(given: Partial<Limits>) {
  const test = await startVfs();
  const account = test.account('acme', { limits: limits(given) });
  return { ...test, acme: account, session: await test.login(account) };
}

describe('limits', () => {
  test('the largest upload is refused at the byte too many, and says so in the log', async () => {
    const { session, recorded } = await start({ largestUploadBytes: 4 });
    await put(session, '/fits', '1234');
    await expect(put(session, '/large', '12345')).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(/4 bytes/) as string,
    });
    expect(await recorded('TRANSFER_FAILED')).toMatchObject([
      { path: '/large', info: { direction: 'upload', reason: expect.stringMatching(/4 bytes/) as string } },
    ]);
    await expect(session.stat('/large')).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each<[string, Partial<Limits>, 'upload' | 'download']>([
    ['uploads', { transferUploadBytes: 6 }, 'upload'],
    ['downloads', { transferDownloadBytes: 6 }, 'download'],
    ['both together, which replaces the two', { transferTotalBytes: 10, transferDownloadBytes: 1 }, 'download'],
  ])('a transfer limit of %s ends at its last byte, until it is set back', async (_what, given, direction) => {
    const { session, recorded, store, vfs, acme } = await start(given);
    await put(session, '/a', '1234');
    expect(await get(session, '/a')).toBe('1234');
    const again = direction === 'upload' ? put(session, '/b', '1234') : get(session, '/a');
    await expect(again).rejects.toMatchObject({ code: 'quota_exceeded', message: expect.stringMatching(new RegExp(direction)) as string });
    for (const transfer of session.transfers()) expect(transfer.bytes).toBe(0);
    await session.close('test');
    expect(await recorded('TRANSFER_FAILED')).toMatchObject([{ outcome: 'quota', info: { direction } }]);
    const counted = store.tables.accounts.byId(acme.id)?.account;
    expect([counted?.uploadedBytes, counted?.downloadedBytes]).toEqual([4, 4]);
    store.tables.accounts.resetTransfers(acme.id);
    vfs.accountChanged({ ...acme, uploadedBytes: 0, downloadedBytes: 0 }, false);
  });

  test('as many sessions as the account may have; the next is refused and recorded', async () => {
    const { acme, login, session, recorded } = await start({ sessions: 2 });
    await login(acme);
    await expect(login(acme)).rejects.toMatchObject({ code: 'too_many_sessions' });
    expect(await recorded('LOGIN_FAILED')).toMatchObject([
      { info: { reason: 'the account has as many sessions as it may have' }, outcome: 'denied' },
    ]);
    await session.close('test');
    await login(acme);
  });

  test('as many sessions as an address may have, whatever the account; the next is refused and recorded', async () => {
    const { account, login, recorded } = await startVfs({ sessionsPerAddress: 2 });
    const one = await login(account('one'));
    await login(account('two'));
    await expect(login(account('three'))).rejects.toMatchObject({ code: 'too_many_sessions' });
    await login(account('three'), { address: '198.51.100.1' });
    // A subscriber's IPv6 addresses are one, and rules have none.
    await login(account('one'), { address: '2001:db8::1' });
    await login(account('one'), { address: '2001:db8::2' });
    await expect(login(account('one'), { address: '2001:db8::3' })).rejects.toMatchObject({ code: 'too_many_sessions' });
    await login(account('one'), { address: null, origin: 'rule' });
    expect((await recorded('LOGIN_FAILED')).map((event) => [event.info['login'], event.info['reason'], event.outcome])).toEqual([
      ['three', 'the address has as many sessions as it may have', 'denied'],
      ['one', 'the address has as many sessions as it may have', 'denied'],
    ]);
    await one.close('test');
    await login(account('three'));
  });

  test('rules are not counted as sessions and not bound by speed or transfer limits', async () => {
    const { acme, login } = await start({ sessions: 1, transferTotalBytes: 1, largestUploadBytes: 1 });
    const rule = await login(acme, { origin: 'rule' });
    await put(rule, '/report', 'longer than that');
    expect(await get(rule, '/report')).toBe('longer than that');
  });

  test('a session begins in the start directory, which is made', async () => {
    const { account, login } = await startVfs();
    const session = await login(account('acme', { startDirectory: '/in/today' }));
    expect(session.resolve('.')).toBe('/in/today');
    expect(session.resolve('a')).toBe('/in/today/a');
    expect(session.resolve('../a')).toBe('/in/a');
    expect(session.resolve('/a')).toBe('/a');
    expect(await session.stat('/in/today')).toMatchObject({ type: 'directory' });
  });
});

describe('speed', () => {
  test('what is more than the burst waits for its time; two sessions take turns, an account of its own does not wait', async () => {
    const bandwidth = createBandwidth();
    const order: string[] = [];
    const take = (session: number, name: string, bytes: number, accountId = 1): Promise<void> =>
      bandwidth.take({ accountId, sessionId: session }, 'upload', 400_000, bytes).then(() => void order.push(name));
    const started = performance.now();
    const large = take(1, 'large', 200_000);
    const small = take(2, 'small', 50_000);
    await take(3, 'other', 50_000, 2);
    await Promise.all([large, small]);
    expect(order).toEqual(['other', 'small', 'large']);
    // A lower bound holds on any machine: 250,000 bytes, 100,000 of them at once, the last slice borrowed.
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  test('whoever leaves waits no longer', async () => {
    const bandwidth = createBandwidth();
    const who = { accountId: 1, sessionId: 7 };
    // The first takes all there is, on credit.
    await bandwidth.take(who, 'download', 10, 500);
    const waiting = Promise.all([1, 2].map(() => bandwidth.take(who, 'download', 10, 1000)));
    bandwidth.leave(7);
    await expect(waiting).rejects.toMatchObject({ code: 'connection_lost' });
  });
});
