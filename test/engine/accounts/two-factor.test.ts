import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { OWNER, startApi, TESTER } from '../../helpers/api.ts';
import { curl } from '../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startHookServer } from '../../helpers/hook-server.ts';
import { run } from '../../helpers/run.ts';

const HALF_MINUTE = 30_000;
const codeAt = (secret: string, timestamp: number): string => new TOTP({ secret, issuer: '', label: '' }).generate({ timestamp });

describe('enrolment', () => {
  const OWNER_OF_IT = { kind: 'user', id: 7, name: 'acme' } as const;

  test('a secret counts once a first code was shown, is sealed, and is forgotten when it is switched off', async () => {
    const { twoFactor, clock, recorded, store, secrets } = startApi();
    const { secret, uri } = await twoFactor.enrol(OWNER_OF_IT, TESTER);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Gatehouse:acme\?.*secret=[A-Z2-7]{32}/);
    expect(twoFactor.state(OWNER_OF_IT)).toEqual({ state: 'pending', recoveryCodesLeft: 0 });
    expect(twoFactor.isOn(OWNER_OF_IT)).toBe(false);
    await expect(twoFactor.confirm(OWNER_OF_IT, '000000', TESTER)).rejects.toMatchObject({ code: 'bad_credentials', field: 'code' });
    const { recoveryCodes } = await twoFactor.confirm(OWNER_OF_IT, codeAt(secret, clock.now()), TESTER);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(twoFactor.state(OWNER_OF_IT)).toEqual({ state: 'on', recoveryCodesLeft: 10 });
    await expect(twoFactor.enrol(OWNER_OF_IT, TESTER)).rejects.toMatchObject({ code: 'conflict' });
    const row = store.tables.secondFactors.get(OWNER_OF_IT);
    expect(secrets.get(row?.secret ?? { secret: 0 })).toBe(secret);
    expect(JSON.stringify([row, await recorded()])).not.toContain(secret);
    expect(JSON.stringify(row)).not.toContain(recoveryCodes[0]);
    await twoFactor.remove(OWNER_OF_IT, TESTER);
    expect(twoFactor.state(OWNER_OF_IT).state).toBe('off');
    expect(() => secrets.get(row?.secret ?? { secret: 0 })).toThrow();
    expect((await recorded('OBJECT_UPDATE')).map(({ info }) => info['new'])).toEqual([
      'acme: two-factor off',
      'acme: two-factor on',
      'acme: two-factor off',
    ]);
  });

  test('a code counts once, half a minute early or late, and not beyond; recovery codes once each, in any spelling', async () => {
    const { twoFactor, clock } = startApi();
    const { secret } = await twoFactor.enrol(OWNER_OF_IT, TESTER);
    const { recoveryCodes } = await twoFactor.confirm(OWNER_OF_IT, codeAt(secret, clock.now()), TESTER);
    expect(twoFactor.take(OWNER_OF_IT, codeAt(secret, clock.now()))).toBe('used');
    const next = codeAt(secret, clock.now() + HALF_MINUTE);
    expect(twoFactor.take(OWNER_OF_IT, next)).toBe('right');
    expect(twoFactor.take(OWNER_OF_IT, next)).toBe('used');
    expect(twoFactor.take(OWNER_OF_IT, codeAt(secret, clock.now() + 4 * HALF_MINUTE))).toBe('wrong');
    clock.advance(4 * HALF_MINUTE);
    expect(twoFactor.take(OWNER_OF_IT, codeAt(secret, clock.now() - HALF_MINUTE))).toBe('right');
    const spelled = ` ${(recoveryCodes[0] ?? '').replaceAll('-', ' ').toUpperCase()}`;
    expect(twoFactor.take(OWNER_OF_IT, spelled)).toBe('right');
    expect(twoFactor.take(OWNER_OF_IT, spelled)).toBe('wrong');
    expect(twoFactor.state(OWNER_OF_IT).recoveryCodesLeft).toBe(9);
  });

  test('nobody tries all codes, and a good one in between does not help', async () => {
    const { twoFactor, clock } = startApi();
    const { secret } = await twoFactor.enrol(OWNER_OF_IT, TESTER);
    await twoFactor.confirm(OWNER_OF_IT, codeAt(secret, clock.now()), TESTER);
    const tries = Array.from({ length: 20 }, () => twoFactor.take(OWNER_OF_IT, 'wrong0'));
    expect(tries.filter((verdict) => verdict === 'wrong').length).toBeLessThanOrEqual(10);
    expect(twoFactor.take(OWNER_OF_IT, codeAt(secret, clock.now() + HALF_MINUTE))).toBe('too many');
    clock.advance(20 * HALF_MINUTE);
    expect(twoFactor.take(OWNER_OF_IT, codeAt(secret, clock.now()))).toBe('right');
  });

  test('an unknown account has no second factor to ask for', async () => {
    const { dispatch } = startApi();
    expect(await dispatch('twoFactor.enrol', { username: 'nobody' }, OWNER)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});

/** Real OpenSSH that types the password where it is asked for one, and the code where for that. */
function sftp(port: number, code: string, options: readonly string[] = [], password = 'right one') {
  const folder = temporaryFolder();
  const askPass = join(folder, 'askpass');
  const asked = join(folder, 'asked');
  writeFileSync(askPass, `#!/bin/sh\necho "$1" >> ${asked}\ncase "$1" in *ode*) echo '${code}';; *) echo '${password}';; esac\n`, {
    mode: 0o700,
  });
  const common = ['-F', 'none', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'NumberOfPasswordPrompts=1'];
  return run('sftp', ['-q', ...common, '-o', 'BatchMode=no', ...options, '-P', String(port), '-b', '-', 'acme@127.0.0.1'], {
    env: { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    input: 'pwd\n',
  });
}

async function methodsOf(engine: TestEngine): Promise<unknown[]> {
  const { events } = await engine.call('events.search', { type: 'USER_LOGIN', sort: '_id', limit: 100 });
  return events.filter(({ protocol }) => protocol !== 'HTTP').map(({ info }) => info['method']);
}

test('real clients: OpenSSH by questions, after a password and after a key; paramiko after a key; curl with the code behind the password', async () => {
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const engine = await startTestEngine({ clock });
  const keyFile = join(temporaryFolder(), 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
  const { stdout: key } = await run('cat', [`${keyFile}.pub`]);
  await engine.call('accounts.save', { username: 'acme', password: 'right one', publicKeys: [{ label: 'pc', key }] });
  const { secret } = await engine.call('twoFactor.enrol', { username: 'acme' });
  await engine.call('twoFactor.confirm', { username: 'acme', code: codeAt(secret, clock.now()) });
  const port = engine.sftp ?? 0;
  const fresh = (): string => {
    offset += HALF_MINUTE * 2;
    return codeAt(secret, clock.now());
  };
  const only = (methods: string) => ['-o', `PreferredAuthentications=${methods}`];

  const code = fresh();
  expect(await sftp(port, code, only('keyboard-interactive'))).toMatchObject({ code: 0 });
  expect((await sftp(port, code, only('keyboard-interactive'))).code).not.toBe(0);
  expect(await sftp(port, fresh(), only('password,keyboard-interactive'))).toMatchObject({ code: 0 });
  expect(await sftp(port, fresh(), ['-i', keyFile, ...only('publickey,keyboard-interactive')])).toMatchObject({ code: 0 });
  const paramiko = `
import sys, paramiko
transport = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
transport.connect()
print(transport.auth_publickey('acme', paramiko.Ed25519Key.from_private_key_file(sys.argv[2])))
print(transport.auth_interactive('acme', lambda title, instructions, prompts: [sys.argv[3]]))
transport.open_session().close()
transport.close()
`;
  const scripted = await run('/usr/bin/python3', ['-c', paramiko, String(port), keyFile, fresh()]);
  expect(scripted).toMatchObject({ code: 0, stdout: "['keyboard-interactive']\n[]\n" });
  expect((await sftp(port, fresh(), only('password'))).code).not.toBe(0);
  expect((await sftp(port, fresh(), only('keyboard-interactive'), 'wrong')).code).not.toBe(0);

  const ftp = (password: string) => curl('ftp', { port: engine.ftp ?? 0, username: 'acme', password }).list('/');
  expect(await ftp(`right one${fresh()}`)).toMatchObject({ code: 0 });
  expect((await ftp('right one')).code).not.toBe(0);
  expect((await ftp(`wrong${fresh()}`)).code).not.toBe(0);

  expect(await methodsOf(engine)).toEqual([
    'keyboard-interactive, code',
    'password, code',
    'publickey, code',
    'publickey, code',
    'password',
  ]);
  const { events } = await engine.call('events.search', { type: 'LOGIN_FAILED', sort: '_id', limit: 100 });
  expect(events.map(({ info }) => info['reason'])).toEqual([
    'the code was used already',
    'it was asked for and not given: the client cannot put questions, or nobody answered',
    'wrong password',
    'wrong password',
    'wrong password',
  ]);
});

test('rules have their say once, when the code was right too', async () => {
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const hook = await startHookServer([200, 200, 500]);
  const engine = await startTestEngine({ clock });
  await engine.call('settings.save', { outbound: { allowLoopback: true } });
  await engine.call('accounts.save', { username: 'acme', password: 'right one' });
  const { secret } = await engine.call('twoFactor.enrol', { username: 'acme' });
  await engine.call('twoFactor.confirm', { username: 'acme', code: codeAt(secret, clock.now()) });
  const step = { action: 'http', config: { method: 'POST', url: hook.url }, sync: true };
  expect((await engine.call('rules.save', { name: 'Door', triggers: ['pre-login'], steps: [step] })).problems).toEqual([]);
  const fresh = (): string => {
    offset += HALF_MINUTE * 2;
    return codeAt(secret, clock.now());
  };
  const over = {
    ssh: async (code: string) =>
      (await sftp(engine.sftp ?? 0, code, ['-o', 'PreferredAuthentications=password,keyboard-interactive'])).code,
    ftp: async (code: string) =>
      (await curl('ftp', { port: engine.ftp ?? 0, username: 'acme', password: `right one${code}` }).list('/')).code,
  };
  expect(await over.ssh('000000')).not.toBe(0);
  expect(await over.ftp('000000')).not.toBe(0);
  expect(hook.got).toHaveLength(0);
  expect(await over.ssh(fresh())).toBe(0);
  expect(await over.ftp(fresh())).toBe(0);
  expect(hook.got).toHaveLength(2);
  expect(await over.ssh(fresh())).not.toBe(0);
  expect(await over.ftp(fresh())).not.toBe(0);
  const { events } = await engine.call('events.search', { type: 'LOGIN_FAILED', sort: '_id', limit: 100 });
  expect(events.slice(-2).map(({ info }) => info['reason'])).toEqual(
    Array.from({ length: 2 }, () => expect.stringContaining('the rule "Door" refused it') as unknown),
  );
});
