import { expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../../engine/contract/settings.ts';
import { createEngine } from '../../../engine/index.ts';
import { createOidc } from '../../../engine/outbound/oidc.ts';
import { callOverHttp } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { BY } from '../../helpers/rules.ts';
import { startFileActions } from './file-action.ts';

/** Names of attackers lead to these; `allowLoopback` is on, so that only what is never allowed is refused. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'rebinding.example': ['169.254.169.254'],
  'both.example': ['169.254.170.2', 'fd00:ec2::254'],
  'own.example': ['127.0.0.1'],
};

const NEVER = [
  '169.254.169.254',
  '169.254.10.20',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::1]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[::]',
  '0.0.0.0',
  '100.100.100.200',
  '224.0.0.1',
  '255.255.255.255',
  'rebinding.example',
  'both.example',
  'own.example',
];

const OWN_PORT = 42_424;

test('link-local, metadata, broadcast and own addresses are refused to all that connects, in every spelling', async () => {
  const engine = await startFileActions({
    ownPorts: [OWN_PORT],
    resolve: (name) => Promise.resolve(NAMES[name] ?? []),
  });
  engine.place({ '/a': 'x' });
  for (const host of NEVER) {
    const server = { host, port: OWN_PORT, username: 'me', password: 'pass-word' };
    const files = [{ source: '/a', target: '/a' }];
    engine.settings.mail.host = host;
    engine.settings.mail.port = OWN_PORT;
    engine.settings.mail.from = 'gate@example.com';
    const steps: [string, Record<string, unknown>][] = [
      ['http', { url: `http://${host}:${OWN_PORT}/` }],
      ['http', { url: `https://${host}:${OWN_PORT}/` }],
      ['email', { to: ['x@example.com'], text: 'x' }],
      ['icap', { host, port: OWN_PORT, paths: ['/a'], whenUnavailable: 'pass' }],
      ['imap', { ...server, folder: '/in' }],
      ['push', { ...server, files }],
      ['push', { ...server, protocol: 'ftp', files }],
      ['fetch', { ...server, protocol: 'ftps', sources: [{ source: '/a', folder: '/' }] }],
    ];
    const rule = await engine.save({ triggers: ['on-demand'], steps: steps.map(([action, config]) => ({ action, config })) });
    expect([host, rule.problems]).toEqual([host, []]);
    const provider = { issuer: `https://${host}:${OWN_PORT}`, clientId: 'me', clientSecret: 'pass-word', scopes: ['openid'] };
    const signIn = createOidc(engine.connector).begin(provider, 'https://gate.example.com/');
    await expect(signIn, `oidc ${host}`).rejects.toMatchObject({ code: 'outbound_refused' });
    const [run] = await engine.rules.run(rule.id, undefined, BY);
    const trace = await engine.rested(run?.id ?? 0);
    expect(trace.steps.map(({ action, state, error }) => [host, action, state, error?.includes('is not allowed')])).toEqual(
      steps.map(([action]) => [host, action, 'failed', true]),
    );
  }
});

const HTTP = { host: '127.0.0.1', port: 0 };

test("FTP's port, its passive range and its port for implicit TLS are own ports while it is on, as settings and command line say", async () => {
  const dataFolder = temporaryFolder();
  const start = async (overrides: Parameters<typeof createEngine>[0]['overrides'] = {}) => {
    const engine = await createEngine({ dataFolder, overrides: { http: HTTP, ...overrides } });
    onTestFinished(() => engine.stop(0));
    const at = await engine.start();
    return {
      stop: () => engine.stop(0),
      save: (settings: { [Section in keyof Settings]?: Partial<Settings[Section]> }) => callOverHttp(at, 'settings.save', settings),
      /** Of these ports those that an action is not let to. */
      async refused(ports: readonly number[]) {
        const refused: number[] = [];
        for (const port of ports) {
          const config = { url: `http://127.0.0.1:${port}/` };
          const { error } = await callOverHttp(at, 'rules.testAction', { action: 'http', config });
          if (error?.includes('it is a port of Gatehouse itself') === true) refused.push(port);
        }
        return refused;
      },
    };
  };
  const ports = [21_121, 21_122, 21_990, 21_200, 21_209, 21_210, 21_219];
  const engine = await start();
  const ftp = { enabled: true, host: '127.0.0.1', port: 21_121, passiveFrom: 21_200, passiveTo: 21_209 };
  await engine.save({ outbound: { allowLoopback: true }, sftp: { enabled: false }, ftp });
  expect(await engine.refused(ports)).toEqual([21_121, 21_200, 21_209]);
  const moved = { port: 21_122, passiveFrom: 21_210, passiveTo: 21_219, implicitTlsPort: 21_990 };
  await engine.save({ ftp: moved });
  expect(await engine.refused(ports)).toEqual([21_122, 21_990, 21_210, 21_219]);
  await engine.save({ ftp: { enabled: false } });
  expect(await engine.refused(ports)).toEqual([]);
  await engine.stop();
  const again = await start({ ftp: { host: '127.0.0.1', port: 21_121 }, passive: { from: 21_200, to: 21_200 } });
  expect(await again.refused(ports)).toEqual([21_121, 21_990, 21_200]);
});
