import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import type { Input } from '../../../../engine/contract/rpc.ts';
import { type Client, curl, lftp, openSshPassword, openSshSftp, rclone, type Target } from '../../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../../helpers/engine.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { temporaryFolder } from '../../../helpers/folders.ts';
import { type HookServer, startHookServer } from '../../../helpers/hook-server.ts';
import { run } from '../../../helpers/run.ts';

type Setup = { readonly test: TestEngine; readonly client: Client; readonly hook: HookServer; readonly local: (name: string) => string };
type Steps = Input<'rules.save'>['steps'];

async function setUp(
  protocol: 'sftp' | 'ftp',
  make: (target: Target) => Client,
  statuses: number[],
  syncTimeout: 'refuse' | 'allow' = 'refuse',
): Promise<Setup> {
  const test = await startTestEngine();
  await test.call('accounts.save', { username: 'acme', password: 'correct horse' });
  await test.call('settings.save', { outbound: { allowLoopback: true }, rules: { syncSeconds: 1, syncTimeout } });
  const port = test[protocol];
  if (port === null) throw new Error(`${protocol} is off`);
  const folder = temporaryFolder();
  const hook = await startHookServer(statuses);
  return { test, client: make({ port, username: 'acme', password: 'correct horse' }), hook, local: (name) => join(folder, name) };
}

async function rule({ test }: Setup, trigger: string, steps: Steps): Promise<void> {
  const saved = await test.call('rules.save', { name: trigger, triggers: [trigger], steps });
  expect(saved.problems).toEqual([]);
}

const ask = ({ hook }: Setup): Steps => [
  { action: 'http', config: { method: 'POST', url: hook.url, body: '{{.VirtualPath}}' }, sync: true },
];

const EACH = [
  { label: 'OpenSSH sftp', protocol: 'sftp', client: openSshSftp },
  { label: 'curl over FTP', protocol: 'ftp', client: (target: Target) => curl('ftp', target) },
] as const;

it.each(EACH)('$label: rules allow, deny, serve another file and take deletes over', async ({ protocol, client: make }) => {
  const setup = await setUp(protocol, make, [200, 500]);
  const { test, client, local } = setup;
  mkdirSync(test.home('acme', 'other'), { recursive: true });
  writeFileSync(test.home('acme', 'other', 'a.txt'), 'another');
  writeFileSync(local('a.txt'), 'content');
  await rule(setup, 'pre-upload', ask(setup));
  await rule(setup, 'pre-download', [{ action: 'serve-file', config: { path: '/other/{{.ObjectName}}' }, sync: true }]);
  await rule(setup, 'pre-delete', [
    { action: 'rename', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/trash/{{.ObjectName}}' }] }, sync: true },
  ]);
  expect((await client.put(local('a.txt'), '/a.txt')).code).toBe(0);
  const denied = await client.put(local('a.txt'), '/b.txt');
  expect(denied.code).not.toBe(0);
  if (protocol === 'sftp') expect(denied.stderr).toMatch(/permission denied/i);
  else expect(denied.stderr).toContain('550');
  expect(existsSync(test.home('acme', 'b.txt'))).toBe(false);
  expect((await client.get('/a.txt', local('got.txt'))).code).toBe(0);
  expect(readFileSync(local('got.txt'), 'utf8')).toBe('another');
  expect((await client.get('/missing.txt', local('none.txt'))).code).not.toBe(0);
  expect((await client.manage?.remove('/a.txt'))?.code).toBe(0);
  expect(readFileSync(test.home('acme', 'trash', 'a.txt'), 'utf8')).toBe('content');
});

it.each(EACH)(
  '$label: a refused upload leaves the old version, and a rule that takes too long refuses',
  async ({ protocol, client: make }) => {
    const setup = await setUp(protocol, make, [200, 500, 200]);
    const { test, client, hook, local } = setup;
    await rule(setup, 'upload', ask(setup));
    writeFileSync(local('a.txt'), 'old');
    expect((await client.put(local('a.txt'), '/a.txt')).code).toBe(0);
    writeFileSync(local('a.txt'), 'newer');
    for (const isSlow of [false, true]) {
      if (isSlow) hook.holdNext();
      expect((await client.put(local('a.txt'), '/a.txt')).code).not.toBe(0);
      hook.release();
      expect(readFileSync(test.home('acme', 'a.txt'), 'utf8')).toBe('old');
      expect(readdirSync(test.home('acme'))).toEqual(['a.txt']);
    }
    const { events } = await test.call('events.search', { type: 'TRANSFER_FAILED' });
    expect(events.map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
  },
);

it.each(EACH)('$label: a rule that takes too long lets the upload pass where the settings say so', async ({ protocol, client: make }) => {
  const setup = await setUp(protocol, make, [200], 'allow');
  const { test, client, hook, local } = setup;
  await rule(setup, 'upload', ask(setup));
  writeFileSync(local('a.txt'), 'content');
  hook.holdNext();
  expect((await client.put(local('a.txt'), '/a.txt')).code).toBe(0);
  hook.release();
  expect(readFileSync(test.home('acme', 'a.txt'), 'utf8')).toBe('content');
  await eventually(async () => {
    const [found] = await test.call('runs.list', {});
    expect(found).toMatchObject({ state: 'failed', trigger: 'upload' });
    expect(found?.eventId).not.toBeNull();
  });
});

it.each([
  { label: 'OpenSSH as WinSCP does it', protocol: 'sftp', client: openSshSftp },
  { label: 'lftp over FTP', protocol: 'ftp', client: (target: Target) => lftp('ftp', target) },
  { label: 'rclone over SFTP', protocol: 'sftp', client: (target: Target) => rclone('sftp', target) },
] as const)('$label: an upload under a temporary name is one event under its final name', async ({ protocol, client: make }) => {
  const setup = await setUp(protocol, make, [200]);
  const { test, client, hook, local } = setup;
  await rule(setup, 'upload', ask(setup));
  writeFileSync(local('a.pdf'), 'content');
  const port = test[protocol] ?? 0;
  if (client.name === 'OpenSSH sftp') {
    // WinSCP: the content under another name, its times, the old file away, then the name; in one session.
    const { env, options } = openSshPassword('correct horse');
    const batch = [`put -p ${local('a.pdf')} /a.pdf.filepart`, '-rm /a.pdf', 'rename /a.pdf.filepart /a.pdf'].join('\n');
    const done = await run('sftp', [...options, '-o', 'BatchMode=no', '-P', String(port), '-b', '-', 'acme@127.0.0.1'], {
      env,
      input: `${batch}\n`,
    });
    expect(done.code).toBe(0);
  } else if (client.name === 'lftp ftp') {
    const home = temporaryFolder();
    const script = `set ftp:ssl-allow no; set net:max-retries 1; open -u acme,'correct horse' ftp://127.0.0.1:${String(port)}; put ${local('a.pdf')} -o a.pdf.part; mv a.pdf.part a.pdf`;
    expect((await run('lftp', ['-c', script], { env: { HOME: home } })).code).toBe(0);
  } else {
    expect((await client.put(local('a.pdf'), '/a.pdf')).code).toBe(0);
  }
  await eventually(async () => {
    const { events } = await test.call('events.search', { type: 'OBJECT_INSERT' });
    expect(events.filter(({ schema }) => schema === 'USER').map(({ path }) => path)).toEqual(['/a.pdf']);
  });
  expect(hook.bodies).toEqual(['/a.pdf']);
});

it('while one file waits for a rule, other requests of the same SFTP session are answered', async () => {
  const setup = await setUp('sftp', openSshSftp, [200]);
  const { test, hook } = setup;
  await test.call('settings.save', { rules: { syncSeconds: 30, syncTimeout: 'refuse' } });
  await rule(setup, 'upload', ask(setup));
  await rule(setup, 'pre-download', ask(setup));
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({ host: '127.0.0.1', port: test.sftp ?? 0, username: 'acme', password: 'correct horse' });
  });
  const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) =>
    client.sftp((error, wrapper) => (error === undefined ? resolve(wrapper) : reject(error))),
  );
  const call = <T>(begin: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T | undefined> =>
    new Promise((resolve, reject) => begin((error, value) => (error === null || error === undefined ? resolve(value) : reject(error))));
  hook.holdNext();
  let isClosed = false;
  const uploading = call((done) => sftp.writeFile('/a.txt', 'content', done)).then(() => (isClosed = true));
  await eventually(() => expect(hook.got).toHaveLength(1));
  await call((done) => sftp.mkdir('/made', done));
  expect((await call<ssh2.FileEntryWithStats[]>((done) => sftp.readdir('/', done)))?.map(({ filename }) => filename).sort()).toEqual([
    'a.txt',
    'made',
  ]);
  expect(isClosed).toBe(false);
  hook.release();
  await uploading;
  // The same while an OPEN waits.
  hook.holdNext();
  const reading = call<Buffer>((done) => sftp.readFile('/a.txt', done));
  await eventually(() => expect(hook.got).toHaveLength(2));
  await call((done) => sftp.mkdir('/made/too', done));
  hook.release();
  expect((await reading)?.toString()).toBe('content');
  client.end();
});
