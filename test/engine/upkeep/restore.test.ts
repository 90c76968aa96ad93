import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSshSftp } from '../../helpers/clients.ts';
import { startTestEngine } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { run } from '../../helpers/run.ts';
import { GATEHOUSE } from '../../helpers/serve.ts';

const PASSPHRASE = 'correct horse battery';
const PATIENCE = 60_000;
const MAIL_PASSWORD = 'mail-password';

const restore = (input: string, ...args: string[]) => run(GATEHOUSE, ['restore', ...args], { input: `${input}\n`, timeoutMs: PATIENCE });

/** An installation with a partner, a rule that waits, a stored password and a TLS certificate, and its backup; it is stopped again. */
async function madeBackup() {
  const engine = await startTestEngine();
  await engine.call('accounts.save', { username: 'acme', password: 'partner password' });
  await engine.call('pgpKeys.generate', { name: 'Office', passphrase: 'of the key' });
  await engine.call('settings.save', { mail: { host: '127.0.0.1', password: MAIL_PASSWORD } });
  await engine.call('secrets.setPassphrase', { passphrase: PASSPHRASE });
  const rule = await engine.call('rules.save', {
    name: 'slow',
    triggers: ['on-demand'],
    steps: [{ action: 'wait', config: { timeoutSeconds: 3600 } }],
  });
  await engine.call('rules.run', { id: rule.id });
  const { hostKeys } = await engine.call('server.status');
  const { sha256 } = await engine.call('certificate.get');
  const logId = await logIdOf(engine);
  const made = await run(GATEHOUSE, ['backup', '--data', engine.dataFolder], { timeoutMs: PATIENCE });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const file = made.stdout.trim();
  await engine.engine.stop(0);
  return { file, dataFolder: engine.dataFolder, hostKeys, sha256, logId, ruleId: rule.id };
}

async function logIdOf({ http, token }: { http: string; token: string }): Promise<unknown> {
  const answer = await fetch(`${http}/api/event/poll?timeout=0`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { log_id?: unknown }).log_id;
}

test('a backup restores on a clean machine with file and passphrase: same host key, same partners, readable secrets, a log of its own', async () => {
  const made = await madeBackup();
  expect(statSync(made.file).mode & 0o777).toBe(0o600);
  const sealed = readFileSync(made.file).toString('latin1');
  for (const secret of [MAIL_PASSWORD, 'acme', 'PRIVATE KEY', 'SQLite format']) expect(sealed).not.toContain(secret);

  const clean = temporaryFolder();
  expect(await restore('another passphrase', made.file, '--data', clean)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('The passphrase does not open this backup') as string,
  });
  expect(readdirSync(clean).filter((name) => name !== 'instance.lock')).toEqual([]);
  expect(await restore(PASSPHRASE, made.file, '--check')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The backup is whole\. .* with the log\.\n$/) as string,
  });
  expect(await restore(PASSPHRASE, made.file, '--data', clean)).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^The backup of .* was restored to /) as string,
  });

  const restored = await startTestEngine({ dataFolder: clean });
  expect((await restored.call('server.status')).hostKeys).toEqual(made.hostKeys);
  expect((await restored.call('certificate.get')).sha256).toBe(made.sha256);
  expect((await restored.call('secrets.get')).state).toBe('open');
  expect((await restored.call('settings.get')).mail.password).toMatchObject({ secret: expect.any(Number) as number });
  expect(await logIdOf(restored)).not.toBe(made.logId);
  expect(await restored.call('runs.list', { ruleId: made.ruleId })).toMatchObject([
    { state: 'interrupted', error: expect.stringContaining('restored from a backup') as string },
  ]);

  const local = join(temporaryFolder(), 'hello.txt');
  writeFileSync(local, 'hello');
  const client = openSshSftp({ port: restored.sftp ?? 0, username: 'acme', password: 'partner password' });
  expect(await client.put(local, '/hello.txt')).toMatchObject({ code: 0 });
  expect(readFileSync(restored.home('acme', 'hello.txt'), 'utf8')).toBe('hello');
  // The private half of a PGP key is there too, and its passphrase opens it.
  const [key] = await restored.call('pgpKeys.list');
  const config = { pairs: [{ source: '/hello.txt', target: '/hello.sig' }], signWith: key?.id };
  expect(await restored.call('rules.testAction', { action: 'pgp-sign', config, username: 'acme' })).toMatchObject({ state: 'done' });

  expect(await restore(PASSPHRASE, made.file, '--data', clean)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Gatehouse already runs on this data folder') as string,
  });
  // The passphrase works there too, and a backup made there opens with it.
  expect(await run(GATEHOUSE, ['backup', '--data', clean, '--without-log'], { timeoutMs: PATIENCE })).toMatchObject({ code: 0 });
  await restored.engine.stop(0);
}, 240_000);

test('restore refuses a folder in use unless told to set it aside, a damaged file and what is no backup, and changes nothing', async () => {
  const made = await madeBackup();
  const before = readFileSync(join(made.dataFolder, 'keys', 'data.key'), 'utf8');
  expect(await restore(PASSPHRASE, made.file, '--data', made.dataFolder)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--replace') as string,
  });

  const bytes = readFileSync(made.file);
  const folder = temporaryFolder();
  const variant = (name: string, content: Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const flipped = Buffer.from(bytes);
  flipped[bytes.length - 40] = (flipped[bytes.length - 40] ?? 0) ^ 1;
  const cases: [string, RegExp][] = [
    [variant('flipped', flipped), /damaged or was changed/],
    [variant('cut', bytes.subarray(0, bytes.length - 1000)), /damaged or was changed/],
    [variant('head', Buffer.from(bytes.toString('latin1').replace('"includesLog":true', '"includesLog":false'), 'latin1')), /damaged/],
    [variant('no-backup', Buffer.from('PK\u0003\u0004')), /no backup of Gatehouse/],
    [variant('empty', Buffer.alloc(0)), /no backup of Gatehouse/],
    [variant('newer', Buffer.from('gatehouse-backup 9\n{}\n')), /newer Gatehouse/],
    [join(folder, 'missing'), /cannot be read \(ENOENT\)/],
  ];
  const clean = join(folder, 'clean');
  mkdirSync(clean);
  for (const [file, words] of cases) {
    const refused = await restore(PASSPHRASE, file, '--data', clean);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(words);
    expect(readdirSync(clean).filter((name) => name !== 'instance.lock')).toEqual([]);
  }

  expect(await restore(PASSPHRASE, made.file, '--data', made.dataFolder, '--replace', '--exchange', join(folder, 'files'))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('What was there before lies in') as string,
  });
  const aside = readdirSync(made.dataFolder).find((name) => name.startsWith('replaced-')) ?? '';
  expect(readFileSync(join(made.dataFolder, aside, 'keys', 'data.key'), 'utf8')).toBe(before);
  expect(existsSync(join(made.dataFolder, aside, 'gatehouse.db'))).toBe(true);
  mkdirSync(join(folder, 'files'));
  const restored = await startTestEngine({ dataFolder: made.dataFolder });
  expect((await restored.call('settings.get')).exchange.folder).toBe(join(folder, 'files'));
  await restored.engine.stop(0);
}, 240_000);

test(
  'a folder for backups that partners could reach, or that is not there, is refused; one that went away is told',
  async () => {
    const engine = await startTestEngine();
    const set = (folder: string) => engine.call('settings.save', { backup: { folder } });
    await expect(set(join(engine.dataFolder, 'exchange', 'x'))).rejects.toThrow(/partners could reach them/);
    await expect(set('relative')).rejects.toThrow(/absolute path/);
    await expect(set('/no/such/folder')).rejects.toThrow(/There is no such folder/);
    await engine.call('secrets.setPassphrase', { passphrase: PASSPHRASE });
    const folder = temporaryFolder();
    await set(folder);
    await engine.call('backups.create', {});
    expect(readdirSync(folder)).toHaveLength(1);
    if (process.getuid?.() !== 0) {
      chmodSync(folder, 0o500);
      await expect(engine.call('backups.create', {})).rejects.toThrow(/cannot be written/);
      chmodSync(folder, 0o700);
    }
  },
  PATIENCE,
);
