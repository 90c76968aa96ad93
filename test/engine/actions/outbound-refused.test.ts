import { expect, test } from 'vitest';
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

test('link-local, metadata, broadcast and own addresses are refused to every action that connects, in every spelling', async () => {
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
    const [run] = await engine.rules.run(rule.id, undefined, BY);
    const trace = await engine.rested(run?.id ?? 0);
    expect(trace.steps.map(({ action, state, error }) => [host, action, state, error?.includes('is not allowed')])).toEqual(
      steps.map(([action]) => [host, action, 'failed', true]),
    );
  }
});
