import { once } from 'node:events';
import { createServer } from 'node:net';
import { onTestFinished, describe, expect, it } from 'vitest';
import type { Settings } from '../../../engine/contract/settings.ts';
import { checkPorts } from '../../../engine/setup/port-check.ts';
import { rowOf, startSetup, states } from './start-setup.ts';

/** A port that another program would hold. */
async function takePort(port = 0): Promise<number> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the port check', () => {
  it('passes free ports', async () => {
    const { setup } = await startSetup();
    expect(states(await setup.checkPorts({ sftp: await freePort(), ftp: await freePort() }))).toEqual({ sftp: 'passed', ftp: 'passed' });
  });

  it('names who holds a taken one, and offers one that is free', async () => {
    const { setup } = await startSetup();
    const port = await takePort();
    const row = rowOf(await setup.checkPorts({ sftp: port }), 'sftp');
    expect(row).toMatchObject({ state: 'failed', fix: { id: 'use-port' } });
    expect(row?.message).toContain(`(process ${process.pid})`);
    const offered = row?.fix?.value as number;
    expect(offered).toBeGreaterThanOrEqual(2022);
    expect(states(await setup.checkPorts({ sftp: offered }))).toEqual({ sftp: 'passed' });
  });

  it("passes the ports of Gatehouse's own listeners, each for its own protocol", async () => {
    const { setup, listeners } = await startSetup({ listen: ['sftp'] });
    const { port } = listeners.status('sftp');
    expect(states(await setup.checkPorts({ sftp: port }))).toEqual({ sftp: 'passed' });
    const row = rowOf(await setup.checkPorts({ ftp: port }), 'ftp');
    expect(row?.state).toBe('failed');
    expect(row?.message).toContain('Gatehouse itself offers SFTP');
  });

  it('refuses one port for both protocols', async () => {
    const { setup } = await startSetup();
    const port = await freePort();
    expect(states(await setup.checkPorts({ sftp: port, ftp: port }))).toEqual({ sftp: 'passed', ftp: 'failed' });
  });

  it('tries the port for implicit TLS like the others', async () => {
    const implicitTlsPort = await freePort();
    const { setup, listeners, settings } = await startSetup({ listen: ['ftp'], ftp: { implicitTlsPort } });
    const { port } = listeners.status('ftp');
    expect(states(await setup.checkPorts({ ftp: port, implicitTls: implicitTlsPort }))).toEqual({ ftp: 'passed', implicitTls: 'passed' });
    expect(settings.get().ftp.implicitTlsPort).toBe(implicitTlsPort);
    const taken = rowOf(await setup.checkPorts({ implicitTls: await takePort() }), 'implicitTls');
    expect(taken).toMatchObject({ state: 'failed', fix: { id: 'use-port' } });
    expect(rowOf(await setup.checkPorts({ sftp: implicitTlsPort }), 'sftp')?.message).toContain(
      'offers FTP with implicit TLS on this port',
    );
    expect(states(await setup.checkPorts({ sftp: 5000, implicitTls: 5000 }))).toMatchObject({ implicitTls: 'failed' });
  });

  it('says that the address is not of this machine, where no port would help', async () => {
    const address = { host: '203.0.113.1' } as Settings['sftp'] & Settings['ftp'];
    const off = { state: 'off', host: '', port: 0, error: null } as const;
    const services = { settings: () => ({ sftp: address, ftp: address }), listeners: { status: () => off }, platform: 'linux' } as const;
    const [row] = await checkPorts({ sftp: await freePort() }, services);
    expect(row).toMatchObject({ state: 'failed', fix: null });
    expect(row?.message).toContain('no address 203.0.113.1');
  });

  it('tries the range of data ports', async () => {
    const { setup } = await startSetup();
    const taken = await takePort(24_005);
    const check = async (from: number, to: number, others = {}) =>
      rowOf(await setup.checkPorts({ ...others, passive: { from, to } }), 'passive');
    expect(await check(24_100, 24_199)).toMatchObject({ state: 'passed', message: '100 of 100 ports are free.' });
    const some = await check(24_000, 24_019);
    expect(some?.state).toBe('warning');
    expect(some?.message).toContain(`19 of 20 ports are free; other programs hold ${taken}.`);
    const none = await check(taken, taken);
    expect(none).toMatchObject({ state: 'failed', fix: { id: 'use-passive' } });
    const offered = none?.fix?.value as { from: number; to: number };
    expect((await check(offered.from, offered.to))?.state).toBe('passed');
    expect(await check(24_100, 24_103)).toMatchObject({ state: 'warning' });
    expect(await check(24_200, 24_100)).toMatchObject({ state: 'failed' });
    expect((await check(24_100, 24_199, { ftp: 24_150 }))?.message).toContain('The FTP port lies in this range');
    // A whole range of the machine is sampled, not walked.
    expect((await check(1024, 65_535))?.message).toMatch(/of 256 ports tried are free/);
  });
});
