import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { connect as connectTcp } from 'node:net';
import { expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { makeCertificate } from '../../../helpers/certificates.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { startPebble } from './pebble.ts';

const DAY = 86_400_000;

/** A signed-in FTP connection, and what FTPS shows to a new one. */
async function ftpControl(port: number) {
  const socket = connectTcp(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  const say = async (line: string, answer: string): Promise<void> => {
    heard = '';
    socket.write(`${line}\r\n`);
    await eventually(() => expect(heard).toContain(answer));
  };
  await eventually(() => expect(heard).toContain('220 '));
  return { say, end: () => socket.destroy(), socket };
}

async function shownNames(port: number): Promise<string | undefined> {
  const { say, socket } = await ftpControl(port);
  await say('AUTH TLS', '234 ');
  socket.removeAllListeners('data');
  const secure = connect({ socket, rejectUnauthorized: false });
  const names = await new Promise<string | undefined>((resolve, reject) => {
    secure.once('secureConnect', () => resolve(secure.getPeerX509Certificate()?.subjectAltName));
    secure.once('error', reject);
  });
  secure.destroy();
  return names;
}

const certificateEvents = async (engine: TestEngine) =>
  (await engine.call('events.search', { type: 'CERTIFICATE', sort: '_id', limit: 100 })).events;

test('a certificate comes from a real authority, replaces the old one under open sessions, and is renewed in time', async () => {
  const pebble = await startPebble();
  let offset = 0;
  const dataFolder = temporaryFolder();
  const engine = await startTestEngine({ dataFolder, clock: { now: () => Date.now() + offset } });
  await engine.call('accounts.save', { username: 'acme', password: 'the right one' });
  const open = await ftpControl(engine.ftp ?? 0);
  await open.say('USER acme', '331 ');
  await open.say('PASS the right one', '230 ');

  await engine.call('settings.save', {
    server: { publicName: 'files.example.com' },
    acme: {
      enabled: true,
      termsAgreed: true,
      directoryUrl: pebble.directoryUrl,
      directoryCa: pebble.ca,
      challengeHost: '127.0.0.1',
      challengePort: pebble.challengePort,
    },
  });
  await eventually(async () => expect(await shownNames(engine.ftp ?? 0)).toBe('DNS:files.example.com'), 30_000);
  await open.say('PWD', '257 ');
  open.end();
  expect(await engine.call('certificate.acme')).toMatchObject({
    enabled: true,
    ordering: false,
    fetched: true,
    error: null,
    domains: ['files.example.com'],
  });
  const first = await engine.call('certificate.get');
  expect(first).toMatchObject({ names: ['files.example.com'], selfSigned: false });
  const fetchedEvents = async () =>
    (await certificateEvents(engine)).filter(({ info }) => JSON.stringify(info['domains']) === '["files.example.com"]');
  expect((await fetchedEvents()).map(({ outcome }) => outcome)).toEqual(['ok']);
  for (const name of ['acme-account.pem', 'tls-imported.json'])
    expect(statSync(join(dataFolder, 'keys', 'tls', name)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(await engine.call('events.search', { limit: 200 }))).not.toContain('PRIVATE KEY');

  const own = await makeCertificate({ names: ['ftp.example'] });
  await expect(engine.call('certificate.import', own.pem)).rejects.toThrow('conflict');

  offset = Date.parse(first.validTo) - 20 * DAY - Date.now();
  await engine.call('settings.save', { server: { name: 'looks again' } });
  const second = await eventually(async () => {
    const now = await engine.call('certificate.get');
    expect(now.sha256).not.toBe(first.sha256);
    return now;
  }, 30_000);
  expect(second).toMatchObject({ names: ['files.example.com'], selfSigned: false });
  await eventually(async () => expect((await fetchedEvents()).map(({ outcome }) => outcome)).toEqual(['ok', 'ok']));
  expect(await engine.call('certificate.acme')).toMatchObject({ error: null, nextAttemptAt: null });
});

test('a failure is said with its reason, leaves the certificate in use, and is not repeated at once', async () => {
  const pebble = await startPebble();
  pebble.stop();
  const engine = await startTestEngine();
  const before = await engine.call('certificate.get');
  const acme = {
    enabled: true,
    termsAgreed: true,
    domains: ['files.example.com'],
    directoryUrl: pebble.directoryUrl,
    challengeHost: '127.0.0.1',
    challengePort: 0,
  };
  await expect(engine.call('settings.save', { acme: { ...acme, termsAgreed: false } })).rejects.toThrow('terms');
  await expect(engine.call('certificate.order')).rejects.toThrow('conflict');
  await engine.call('settings.save', { acme });
  const state = await eventually(async () => {
    const now = await engine.call('certificate.acme');
    expect(now).toMatchObject({ enabled: true, ordering: false, fetched: false, error: expect.any(String) as string });
    return now;
  }, 30_000);
  expect(state.error).toContain('The certificate authority gave no certificate');
  expect(Date.parse(state.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(50 * 60_000);
  await engine.call('settings.save', { server: { name: 'looks again' } });
  await expect(engine.call('certificate.order')).rejects.toThrow('outbound_failed');
  expect((await certificateEvents(engine)).map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  expect(Date.parse((await engine.call('certificate.acme')).nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(110 * 60_000);
  expect((await engine.call('certificate.get')).sha256).toBe(before.sha256);
  expect(readFileSync(join(engine.dataFolder, 'keys', 'tls', 'acme-account.pem'), 'utf8')).toContain('PRIVATE KEY');
});
