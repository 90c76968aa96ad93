import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { onTestFinished, describe, expect, it } from 'vitest';
import { loginOf } from '../../../engine/contract/event.ts';
import { isSelfTestAccount } from '../../../engine/contract/methods/setup.ts';
import { lanAddresses } from '../../../engine/lib/own-addresses.ts';
import { TESTER } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';
import { rowOf, startSetup, states } from './start-setup.ts';

describe('the self-test', () => {
  it('comes to each server over each protocol and address, and leaves nothing behind', async () => {
    const test = await startSetup({ listen: ['sftp', 'ftp'], host: '0.0.0.0' });
    const rows = await test.setup.selfTest(TESTER);
    const lan = lanAddresses().flatMap(({ address, family }) => (family === 'IPv4' ? [address] : []));
    const ways = ['SFTP', 'FTPS', 'FTP'].flatMap((label) => ['127.0.0.1', ...lan].map((host) => `${label}@${host}`));
    const expected = ways.flatMap((way) => ['connect', 'sign-in', 'files'].map((group) => [`${way}/${group}`, 'passed']));
    expect(states(rows)).toMatchObject(Object.fromEntries(expected));
    expect(rowOf(rows, 'SFTP@127.0.0.1/connect')?.message).toContain('the host key is ours');
    expect(rowOf(rows, 'FTPS@127.0.0.1/connect')?.message).toContain('encrypted with our certificate');
    expect(test.accounts.list()).toEqual([]);
    expect(readdirSync(test.exchangeFolder)).toEqual([]);
    // Partial uploads, too, end with their account.
    expect(test.store.tables.uploads.all()).toEqual([]);
  });

  it('tells of each row while it goes on, and at last of all as they are', async () => {
    const test = await startSetup({ listen: ['sftp'] });
    const rows = await test.setup.selfTest(TESTER);
    const seen = test.pushed.map((pushed) => rowOf(pushed, 'SFTP@127.0.0.1/sign-in')?.state);
    expect([...new Set(seen)]).toEqual(['waiting', 'running', 'passed']);
    expect(test.pushed.at(-1)).toEqual(rows);
  });

  it('can be told from partners in the log', async () => {
    const test = await startSetup({ listen: ['sftp', 'ftp'] });
    await test.setup.selfTest(TESTER);
    const logins = await eventually(async () => {
      const found = await test.recorded('USER_LOGIN', 'LOGIN_FAILED');
      expect(found).toHaveLength(6);
      return found;
    });
    for (const event of logins) expect(isSelfTestAccount(loginOf(event) ?? ''), event.type).toBe(true);
    expect(isSelfTestAccount('gatehouse-selftest-of-mine')).toBe(false);
  });

  it('says that nobody else can connect to a server on the loopback address', async () => {
    const test = await startSetup({ listen: ['sftp'] });
    const row = rowOf(await test.setup.selfTest(TESTER), 'sftp/listener');
    expect(row).toMatchObject({ state: 'warning' });
    expect(row?.message).toContain('nobody else can connect');
  });

  it('fails in words when no server is on', async () => {
    const test = await startSetup();
    expect(await test.setup.selfTest(TESTER)).toMatchObject([
      { state: 'failed', message: 'No server is on. Switch on SFTP or FTP first.' },
    ]);
    expect(await test.recorded('OBJECT_INSERT')).toEqual([]);
  });

  it('offers to start a failed listener again, and does', async () => {
    const blocker = createServer();
    onTestFinished(() => void blocker.close());
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const port = (blocker.address() as { port: number }).port;
    const test = await startSetup();
    await test.settings.save({ sftp: { enabled: true, host: '127.0.0.1', port } }, TESTER);
    await expect(test.listeners.apply('sftp')).rejects.toMatchObject({ code: 'port_in_use' });
    const failed = rowOf(await test.setup.selfTest(TESTER), 'sftp/listener');
    expect(failed).toMatchObject({ state: 'failed', fix: { id: 'restart-listener', value: 'sftp' } });
    expect(failed?.message).toContain(`Port ${port} is in use`);
    await new Promise((resolve) => blocker.close(resolve));
    const rows = await test.setup.fix({ id: 'restart-listener', value: 'sftp' }, TESTER);
    expect(rowOf(rows, 'SFTP@127.0.0.1/files')?.state).toBe('passed');
  });

  it('does not sign in to a server with another certificate', async () => {
    const test = await startSetup({ listen: ['ftp'], certificate: () => Promise.resolve('AA:BB') });
    const rows = await test.setup.selfTest(TESTER);
    expect(states(rows)).toMatchObject({
      'FTPS@127.0.0.1/connect': 'failed',
      'FTPS@127.0.0.1/sign-in': 'skipped',
      'FTPS@127.0.0.1/files': 'skipped',
      'FTP@127.0.0.1/files': 'passed',
    });
    expect(rowOf(rows, 'FTPS@127.0.0.1/connect')?.message).toContain('Another FTP server answers here');
  });

  it('points at the firewall where an address of the machine does not answer', async () => {
    // No connection can be made to the broadcast address.
    const test = await startSetup({ listen: ['ftp'], host: '0.0.0.0', machine: { lanAddresses: () => ['255.255.255.255'] } });
    const rows = await test.setup.selfTest(TESTER);
    expect(rowOf(rows, 'FTP@127.0.0.1/files')?.state).toBe('passed');
    expect(rowOf(rows, 'FTP@255.255.255.255/connect')).toMatchObject({
      state: 'failed',
      fix: { id: 'firewall', value: { ftp: test.listeners.status('ftp').port, passive: { from: 43_000, to: 43_999 } } },
    });
  });

  it('does not try plain FTP where the server demands TLS', async () => {
    const test = await startSetup({ listen: ['ftp'], ftp: { requireTls: true } });
    const rows = await test.setup.selfTest(TESTER);
    expect(rows.filter(({ id }) => id.startsWith('FTP@'))).toEqual([]);
    expect(rowOf(rows, 'FTPS@127.0.0.1/files')?.state).toBe('passed');
  });

  it('names the step that failed, and tidies up all the same', async () => {
    const test = await startSetup({ listen: ['sftp'] });
    // A server that is paused takes no sign-ins.
    await test.settings.save({ server: { paused: true } }, TESTER);
    const rows = await test.setup.selfTest(TESTER);
    expect(Object.values(states(rows)).filter((state) => state === 'failed')).toHaveLength(1);
    expect(states(rows)['SFTP@127.0.0.1/files']).toBe('skipped');
    expect(test.accounts.list()).toEqual([]);
    expect(readdirSync(test.exchangeFolder)).toEqual([]);
  });

  it('runs once at a time', async () => {
    const test = await startSetup({ listen: ['sftp'] });
    const [first, second] = await Promise.all([test.setup.selfTest(TESTER), test.setup.selfTest(TESTER)]);
    expect(second).toBe(first);
    expect(await test.recorded('OBJECT_DELETE')).not.toEqual([]);
    expect((await test.recorded('OBJECT_INSERT')).filter((event) => event.schema === 'BASE')).toHaveLength(1);
  });

  it('removes at a start what a kill in the middle of it left, and no partner', async () => {
    const test = await startSetup();
    const left = `gatehouse-selftest-${'0'.repeat(16)}`;
    await test.accounts.save({ username: left, password: 'unknown', home: `.${left}` }, TESTER);
    await test.accounts.save({ username: 'gatehouse-selftest-partner', password: 'known' }, TESTER);
    await test.setup.tidy();
    expect(test.accounts.list().map(({ username }) => username)).toEqual(['gatehouse-selftest-partner']);
    expect(readdirSync(test.exchangeFolder)).toEqual(['gatehouse-selftest-partner']);
  });
});
