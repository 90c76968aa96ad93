import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isSameAddress, parseExtendedPort, parsePort } from '../../../../engine/protocols/ftp/addresses.ts';
import { startFtp } from './ftp-server.ts';
import { RawClient, readAll } from './raw-client.ts';

/** Data connections that the server makes: PORT (RFC 959) and EPRT (RFC 2428). */

async function listener(host: string): Promise<{ port: number; accepted: Promise<Socket>; server: Server }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  return { port: (server.address() as AddressInfo).port, accepted, server };
}

const portOf = (port: number): string => `PORT 127,0,0,1,${port >> 8},${port & 0xff}`;

describe('active mode', () => {
  it('sends and takes files over a connection to the client', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const up = await listener('127.0.0.1');
    expect(await client.command(portOf(up.port))).toMatch(/^200 /);
    expect(await client.command('STOR file')).toMatch(/^150 /);
    (await up.accepted).end('over PORT');
    expect(await client.reply()).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('over PORT');
    const down = await listener('127.0.0.1');
    expect(await client.command(`EPRT |1|127.0.0.1|${down.port}|`)).toMatch(/^200 /);
    expect(await client.command('RETR file')).toMatch(/^150 /);
    const data = await down.accepted;
    expect((await readAll(data)).toString()).toBe('over PORT');
    data.end();
    expect(await client.reply()).toMatch(/^226 /);
    // Each prepares one transfer.
    expect(await client.code('LIST')).toBe(425);
  });

  it('works over IPv6 with EPRT', async () => {
    const test = await startFtp({ host: '::' });
    const client = await RawClient.connect(test.port, { host: '::1' });
    await client.signIn();
    const there = await listener('::1');
    expect(await client.command(`EPRT |2|0:0:0:0:0:0:0:1|${there.port}|`)).toMatch(/^200 /);
    expect(await client.command('STOR six')).toMatch(/^150 /);
    (await there.accepted).end('over IPv6');
    expect(await client.reply()).toMatch(/^226 /);
    expect(await client.code(portOf(there.port))).toBe(501);
  });

  it('connects to nobody but its client, to no port of a service, and not after EPSV ALL', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const victim = await listener('127.0.0.2');
    let met = false;
    victim.server.on('connection', () => (met = true));
    expect(await client.command(`PORT 127,0,0,2,${victim.port >> 8},${victim.port & 0xff}`)).toMatch(/^501 .*127\.0\.0\.1/);
    expect(await client.code(`EPRT |1|127.0.0.2|${victim.port}|`)).toBe(501);
    expect(await client.code(`EPRT |2|::1|${victim.port}|`)).toBe(501);
    expect(await client.code('PORT 127,0,0,1,0,22')).toBe(501);
    expect(await client.code('EPRT |1|127.0.0.1|1023|')).toBe(501);
    expect(await client.code('EPRT |3|x|2000|')).toBe(522);
    expect(await client.code('LIST')).toBe(425);
    expect(met).toBe(false);
    expect(test.logged.join()).toContain('refused a data connection to 127.0.0.2 that 127.0.0.1 asked for');
    await client.command('EPSV ALL');
    expect(await client.code(portOf(victim.port))).toBe(503);
    expect(await client.code(`EPRT |1|127.0.0.1|${victim.port}|`)).toBe(503);
  });

  it('answers 425 with what to do where nothing listens, and ABOR ends the attempt', async () => {
    const test = await startFtp();
    const client = await RawClient.signedIn(test);
    const gone = await listener('127.0.0.1');
    gone.server.close();
    await client.command(portOf(gone.port));
    expect(await client.command('LIST')).toMatch(/^150 /);
    expect(await client.reply()).toMatch(/^425 .*passive mode/);
    expect(await client.code('NOOP')).toBe(200);
  });

  it('gives a passive port back when PORT follows PASV', async () => {
    const test = await startFtp({ passiveFrom: 19_960, passiveTo: 19_960 });
    const first = await RawClient.signedIn(test);
    const second = await RawClient.signedIn(test);
    await first.passive();
    expect(await second.code('EPSV')).toBe(425);
    await first.command(portOf(40_000));
    expect(await second.code('EPSV')).toBe(229);
  });
});

describe('addresses', () => {
  it.each([
    ['127,0,0,1,4,210', { address: '127.0.0.1', port: 1234 }],
    ['127,0,0,1,4', null],
    ['127,0,0,1,4,256', null],
    ['127,0,0,1,4,-1', null],
    ['127.0.0.1,4,1', null],
    ['', null],
  ])('PORT %s', (argument, target) => {
    expect(parsePort(argument)).toEqual(target);
  });

  it.each([
    ['|1|192.0.2.7|1234|', { address: '192.0.2.7', port: 1234 }],
    ['!2!2001:db8::7!1234!', { address: '2001:db8::7', port: 1234 }],
    ['|2|::ffff:192.0.2.7|1234|', { address: '192.0.2.7', port: 1234 }],
    ['|1|::1|1234|', null],
    ['|2|192.0.2.7|1234|', null],
    ['|1|192.0.2.7|65536|', null],
    ['|1|192.0.2.7|1234', null],
    ['|1|192.0.2.7|1234|x', null],
    ['1|192.0.2.7|1234|', null],
    ['|9|x|1|', 'unknown protocol'],
    ['', null],
  ])('EPRT %s', (argument, target) => {
    expect(parseExtendedPort(argument)).toEqual(target);
  });

  it('are the same whatever their spelling', () => {
    expect(isSameAddress('2001:DB8:0:0::7', '2001:db8::7')).toBe(true);
    expect(isSameAddress('192.0.2.7', '192.0.2.7')).toBe(true);
    expect(isSameAddress('192.0.2.7', '192.0.2.8')).toBe(false);
    expect(isSameAddress('', '192.0.2.7')).toBe(false);
  });
});
