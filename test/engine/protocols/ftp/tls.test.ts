import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { run } from '../../../helpers/run.ts';
import { startFtp, type TestFtp } from './ftp-server.ts';
import { RawClient, readAll } from './raw-client.ts';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** Lists over a data connection with TLS; resolves with the last reply. */
async function list(client: RawClient, options: ConnectionOptions): Promise<string> {
  const data = await client.data();
  expect(await client.command('LIST')).toMatch(/^150 /);
  const secure = connectTls({ ...options, socket: data, rejectUnauthorized: false });
  secure.on('error', () => undefined);
  await Promise.race([once(secure, 'secureConnect'), once(secure, 'close')]);
  await readAll(secure).catch(() => undefined);
  secure.end();
  return client.reply();
}

describe('openssl s_client', () => {
  it.each([
    ['after AUTH TLS', '-starttls ftp', '-tls1_2'],
    ['after AUTH TLS', '-starttls ftp', '-tls1_3'],
    ['from the start', '', '-tls1_2'],
    ['from the start', '', '-tls1_3'],
  ])('%s verifies the certificate (%s %s)', async (_when, start, version) => {
    const test = await startFtp({ implicitTlsPort: 0 });
    const port = start === '' ? test.implicitTlsPort : test.port;
    const { stdout } = await run(
      'openssl',
      [
        's_client',
        ...start.split(' ').filter(Boolean),
        version,
        '-connect',
        `127.0.0.1:${String(port)}`,
        '-CAfile',
        test.certificateFile,
        '-verify_hostname',
        'localhost',
      ],
      { input: 'QUIT\r\n' },
    );
    expect(stdout).toContain('Verify return code: 0 (ok)');
    expect(stdout).toContain(version === '-tls1_2' ? 'Protocol  : TLSv1.2' : 'TLSv1.3');
  });

  it('cannot renegotiate', async () => {
    const test = await startFtp({ implicitTlsPort: 0 });
    const { stdout, stderr } = await run('openssl', ['s_client', '-tls1_2', '-connect', `127.0.0.1:${String(test.implicitTlsPort)}`], {
      input: 'R\n',
    });
    expect(stdout + stderr).toMatch(/RENEGOTIATING[^]*no renegotiation/);
  });
});

describe('implicit TLS', () => {
  it('begins with the handshake and protects data connections without being asked', async () => {
    const test = await startFtp({ implicitTlsPort: 0, requireTls: true });
    const client = await RawClient.connectSecured(test.implicitTlsPort ?? 0);
    expect(await client.code('AUTH TLS')).toBe(503);
    expect(await client.code('CCC')).toBe(534);
    expect(await client.signIn()).toMatch(/^230 /);
    const data = await client.data();
    expect(await client.command('STOR file')).toMatch(/^150 /);
    const secure = connectTls({ socket: data, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    secure.end('protected');
    expect(await client.reply()).toMatch(/^226 /);
    expect(readFileSync(join(test.home, 'file'), 'utf8')).toBe('protected');
    // Clients send these all the same.
    expect(await client.code('PBSZ 0')).toBe(200);
    expect(await client.code('PROT P')).toBe(200);
    await client.command('REIN');
    expect(await client.signIn()).toMatch(/^230 /);
    expect(await list(client, {})).toMatch(/^226 /);
    expect((await test.recorded('USER_LOGIN')).map((event) => event.protocol)).toEqual(['FTPS', 'FTPS']);
  });

  it('has nothing to say in clear text', async () => {
    const test = await startFtp({ implicitTlsPort: 0, limits: { loginGraceMs: 300 } });
    await expect(RawClient.connect(test.implicitTlsPort ?? 0)).rejects.toThrow('the connection ended; unread: ""');
    // The other port goes on.
    expect(await (await RawClient.connect(test.port)).code('NOOP')).toBe(200);
  });

  it('is off unless a port is named', async () => {
    expect((await startFtp()).implicitTlsPort).toBeNull();
  });

  it('leaves no listener behind when its port is taken', async () => {
    const first = await startFtp({ implicitTlsPort: 0 });
    await expect(startFtp({ implicitTlsPort: first.implicitTlsPort ?? 0 })).rejects.toMatchObject({ code: 'port_in_use' });
  });
});

describe('the policy on TLS sessions of data connections', () => {
  async function protectedClient(test: TestFtp, version: (typeof VERSIONS)[number]): Promise<RawClient> {
    return RawClient.signedIn(test, { tls: { minVersion: version, maxVersion: version } });
  }

  it.each(VERSIONS)('enforces the session of the same control connection over %s', async (version) => {
    const test = await startFtp({ sessionReuse: 'enforce' });
    const [client, other] = [await protectedClient(test, version), await protectedClient(test, version)];
    const only = { minVersion: version, maxVersion: version };
    expect(await list(client, only)).toMatch(/^522 .*session/);
    expect(await list(client, { ...only, session: other.tlsSession })).toMatch(/^522 /);
    expect(await list(client, { ...only, session: client.tlsSession })).toMatch(/^226 /);
    expect(test.logged.filter((line) => line.includes('does not resume its TLS session'))).toHaveLength(1);
  });

  it('only notes it, once for each connection, where it is to warn', async () => {
    const test = await startFtp({ sessionReuse: 'warn' });
    const client = await protectedClient(test, 'TLSv1.3');
    await client.command('CLNT old client');
    expect(await list(client, {})).toMatch(/^226 /);
    expect(await list(client, {})).toMatch(/^226 /);
    expect(test.logged.filter((line) => line.includes('does not resume'))).toEqual([
      'warn: the client at 127.0.0.1 (old client) does not resume its TLS session on data connections; its transfers are let through',
    ]);
  });

  it('does not look where it is off', async () => {
    const test = await startFtp();
    expect(await list(await protectedClient(test, 'TLSv1.3'), {})).toMatch(/^226 /);
    expect(test.logged.join()).not.toContain('TLS session');
  });
});
