import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { curl } from '../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { type Finished, run } from '../../helpers/run.ts';

/** Real OpenSSH, whose questions are answered one after the other; the last answer is given for ever. */
function sftp(port: number, methods: string, answers: readonly string[], options: readonly string[] = []): Promise<Finished> {
  const folder = temporaryFolder();
  const [askPass, lines] = [join(folder, 'askpass'), join(folder, 'answers')];
  writeFileSync(lines, `${answers.join('\n')}\n`);
  writeFileSync(askPass, `#!/bin/sh\nhead -n 1 ${lines}\nif [ "$(wc -l < ${lines})" -gt 1 ]; then sed -i 1d ${lines}; fi\n`, {
    mode: 0o700,
  });
  const common = ['-F', 'none', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'NumberOfPasswordPrompts=1'];
  const chosen = ['-o', 'BatchMode=no', '-o', `PreferredAuthentications=${methods}`, ...options];
  return run('sftp', [...common, ...chosen, '-P', String(port), '-b', '-', 'acme@127.0.0.1'], {
    env: { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    input: 'pwd\n',
  });
}

async function newKey(): Promise<{ readonly file: string; readonly line: string }> {
  const file = join(temporaryFolder(), 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return { file, line: readFileSync(`${file}.pub`, 'utf8') };
}

async function logged(engine: TestEngine, type: 'USER_LOGIN' | 'LOGIN_FAILED', key: 'method' | 'reason'): Promise<unknown[]> {
  const { events } = await engine.call('events.search', { type, sort: '_id', limit: 100 });
  return events.filter(({ protocol }) => protocol !== 'HTTP').map(({ info }) => info[key]);
}

test('an account that needs key and password is opened by both in any order, and by neither alone', async () => {
  const engine = await startTestEngine();
  const port = engine.sftp ?? 0;
  const [own, other] = [await newKey(), await newKey()];
  const both = { password: 'right one', publicKeys: [{ key: own.line }], signIn: { requirePasswordAndKey: true } };
  await engine.call('accounts.save', { username: 'acme', ...both });
  const withKey = (file: string): string[] => ['-o', 'IdentitiesOnly=yes', '-i', file];

  expect(await sftp(port, 'publickey,password', ['right one'], withKey(own.file))).toMatchObject({ code: 0 });
  expect(await sftp(port, 'keyboard-interactive,publickey', ['right one'], withKey(own.file))).toMatchObject({ code: 0 });
  for (const [methods, answer, file] of [
    ['publickey', 'right one', own.file],
    ['password', 'right one', own.file],
    ['keyboard-interactive', 'right one', own.file],
    ['publickey,password', 'wrong', own.file],
    ['password,publickey', 'right one', other.file],
  ] as const)
    expect((await sftp(port, methods, [answer], withKey(file))).code, methods).not.toBe(0);
  expect((await curl('ftp', { port: engine.ftp ?? 0, username: 'acme', password: 'right one' }).list('/')).code).not.toBe(0);

  expect(await logged(engine, 'USER_LOGIN', 'method')).toEqual(['publickey, password', 'keyboard-interactive, publickey']);
  expect(await logged(engine, 'LOGIN_FAILED', 'reason')).toEqual(['wrong password', 'this account needs a key beside its password']);
  await expect(
    engine.call('accounts.save', { username: 'acme', signIn: { requirePasswordAndKey: true, protocols: ['FTPS'] } }),
  ).rejects.toThrow('need SFTP, keys and one way to give the password');

  // paramiko asks for the service of sign-in before every attempt.
  await engine.call('accounts.save', { username: 'plain', password: 'right one' });
  const script = `
import sys, logging, paramiko
port, own, other = int(sys.argv[1]), sys.argv[2], sys.argv[3]
logging.getLogger('paramiko').setLevel(logging.CRITICAL)
def tried(user, *attempts):
    transport = paramiko.Transport(('127.0.0.1', port))
    transport.connect()
    for kind, proof in attempts:
        try:
            if kind == 'key': transport.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(proof))
            else: transport.auth_password(user, proof, fallback=False)
        except paramiko.AuthenticationException: pass
    print(user, transport.is_authenticated())
    transport.close()
tried('acme', ('key', own), ('password', 'right one'))
tried('acme', ('key', own), ('password', 'wrong'), ('password', 'right one'))
tried('acme', ('key', other), ('password', 'right one'))
tried('plain', ('password', 'wrong'), ('password', 'right one'))
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect('127.0.0.1', port, 'plain', 'right one', key_filename=other, allow_agent=False, look_for_keys=False)
print(client.open_sftp().listdir('/'))
client.close()
`;
  expect(await run('/usr/bin/python3', ['-c', script, String(port), own.file, other.file])).toMatchObject({
    stdout: 'acme True\nacme True\nacme False\nplain True\n[]\n',
  });
});

test('whose password has to be changed is asked for a new one over SSH, and told so over FTP', async () => {
  const engine = await startTestEngine();
  const port = engine.sftp ?? 0;
  await engine.call('settings.save', { passwords: { minimumLength: 8 } });
  await engine.call('accounts.save', { username: 'acme', password: 'first one', passwordMustChange: true });
  const ftp = (password: string): Promise<Finished> =>
    run('curl', ['-sSv', '-u', `acme:${password}`, `ftp://127.0.0.1:${String(engine.ftp)}/`]);
  expect((await ftp('first one')).stderr).toMatch(/530 .*Sign in over SFTP, which asks for a new one/);

  // Typed in two ways, too short, the present one; then a good one.
  const answers = ['first one', 'second one', 'secnd one', 'short', 'short', 'first one', 'first one', 'second one'];
  expect((await sftp(port, 'password', ['first one'])).code).not.toBe(0);
  expect((await sftp(port, 'password,keyboard-interactive', ['wrong'])).code).not.toBe(0);
  const changed = await sftp(port, 'keyboard-interactive', answers);
  expect(changed).toMatchObject({ code: 0 });
  for (const words of ['The two are not the same', 'at least 8 characters', 'This is the present password'])
    expect(changed.stderr).toContain(words);

  expect((await engine.call('accounts.list'))[0]?.passwordMustChange).toBe(false);
  expect((await ftp('second one')).code).toBe(0);
  expect((await ftp('first one')).code).not.toBe(0);
  expect(await logged(engine, 'USER_LOGIN', 'method')).toEqual(['keyboard-interactive, new password', 'password']);
  const { events } = await engine.call('events.search', { type: 'OBJECT_UPDATE', sort: '_id', limit: 100 });
  const own = events.filter(({ objecttype, protocol }) => objecttype === 'user' && protocol === 'SFTP');
  expect(own.map((event) => event._user?._generated_displayname)).toEqual(['acme']);
  expect(JSON.stringify(events)).not.toContain('second one');

  // The same after the password method, and when it has expired.
  await engine.call('accounts.save', { username: 'acme', password: 'third one', passwordMustChange: true });
  expect(await sftp(port, 'password,keyboard-interactive', ['third one', 'fourth one', 'fourth one'])).toMatchObject({ code: 0 });
  expect((await ftp('fourth one')).code).toBe(0);
});
