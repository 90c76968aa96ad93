import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import type { RunTrace } from '../../../engine/contract/rule.ts';
import { curl } from '../../helpers/clients.ts';
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { startMailServer } from '../../helpers/mail-server.ts';
import { run } from '../../helpers/run.ts';

const only = (methods: string): string[] => ['-o', `PreferredAuthentications=${methods}`];

/** Real OpenSSH that types the password where it is asked for one, and for a code what `code` gives by then. */
async function sftp(port: number, options: readonly string[], code: () => Promise<string>) {
  const folder = temporaryFolder();
  const [askPass, answer] = [join(folder, 'askpass'), join(folder, 'answer')];
  const typed = `touch ${answer}.asked; while [ ! -s ${answer} ]; do sleep 0.02; done; cat ${answer}`;
  writeFileSync(askPass, `#!/bin/sh\ncase "$1" in *ode*) ${typed};; *) echo 'right one';; esac\n`, { mode: 0o700 });
  const common = ['-F', 'none', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'NumberOfPasswordPrompts=1'];
  const client = run('sftp', ['-q', ...common, '-o', 'BatchMode=no', ...options, '-P', String(port), '-b', '-', 'acme@127.0.0.1'], {
    env: { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    input: 'pwd\n',
  });
  const typing = code().then((text) => writeFileSync(answer, `${text}\n`));
  const ended = await client;
  await typing;
  return ended.code;
}

/** `LOGIN_FAILED` as method and reason, oldest first. */
async function refusals(engine: TestEngine): Promise<unknown[]> {
  const { events } = await engine.call('events.search', { type: 'LOGIN_FAILED', sort: '_id', limit: 100 });
  return events.map(({ info: { method, reason } }) => `${JSON.stringify(method)}: ${JSON.stringify(reason)}`.replaceAll('"', ''));
}

async function methods(engine: TestEngine): Promise<unknown[]> {
  const { events } = await engine.call('events.search', { type: 'USER_LOGIN', sort: '_id', limit: 100 });
  return events.filter(({ protocol }) => protocol !== 'HTTP').map(({ info }) => info['method']);
}

test('ask for a code: by mail over SSH, refused in words over FTP; by app where there is one, and not twice', async () => {
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const engine = await startTestEngine({ clock });
  const mail = await startMailServer();
  await engine.call('settings.save', {
    outbound: { allowLoopback: true },
    defender: { spareLan: false },
    mail: { host: '127.0.0.1', port: mail.port, security: 'none', from: 'gate@example.com' },
  });
  const keyFile = join(temporaryFolder(), 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
  const { stdout: key } = await run('cat', [`${keyFile}.pub`]);
  await engine.call('accounts.save', {
    username: 'acme',
    password: 'right one',
    email: 'kim@example.com',
    publicKeys: [{ label: 'pc', key }],
  });
  const step = { action: 'ask-for-code', config: { by: 'mail' }, sync: true };
  const rule = await engine.call('rules.save', { name: 'Door', triggers: ['pre-login'], steps: [step] });
  expect(rule.problems).toEqual([]);
  const port = engine.sftp ?? 0;
  const codes: string[] = [];
  const mailed = async (): Promise<string> => {
    const before = codes.length;
    const text = await eventually(() => {
      const message = mail.received[before];
      if (message === undefined) throw new Error('no mail has come');
      return Promise.resolve(message.text ?? '');
    });
    codes.push(/\b\d{6}\b/.exec(text)?.[0] ?? `no code in: ${text}`);
    return codes.at(-1) ?? '';
  };
  const wrong = async (): Promise<string> => ((await mailed()) === '000000' ? '000001' : '000000');
  const none = (): Promise<string> => Promise.resolve('never asked for');

  expect(await sftp(port, only('keyboard-interactive'), mailed)).toBe(0);
  expect(await sftp(port, only('password,keyboard-interactive'), mailed)).toBe(0);
  expect(await sftp(port, ['-i', keyFile, ...only('publickey,keyboard-interactive')], mailed)).toBe(0);
  expect(mail.received[0]).toMatchObject({ subject: 'Code for your sign-in', to: { text: 'kim@example.com' } });
  expect(mail.received[0]?.text).toContain('sign-in as acme');
  expect(await methods(engine)).toEqual(['keyboard-interactive, mail code', 'password, mail code', 'publickey, mail code']);

  expect(await sftp(port, only('keyboard-interactive'), wrong)).not.toBe(0);
  expect(await sftp(port, only('password'), mailed)).not.toBe(0);
  await eventually(async () => expect(await refusals(engine)).toHaveLength(2));
  const ftp = (password: string) => curl('ftp', { port: engine.ftp ?? 0, username: 'acme', password }).list('/');
  expect((await ftp('right one')).code).not.toBe(0);
  expect(await refusals(engine)).toEqual([
    'mail code: wrong code',
    'mail code: it was asked for and not given: the client cannot put questions, or nobody answered',
    expect.stringContaining('This protocol has no way to ask for a code that comes by mail'),
  ]);
  expect((await engine.call('defender.list', {})).watched).toMatchObject([{ address: '127.0.0.1' }]);

  // The trace says what was done, and neither it nor the log knows a code.
  const runs = await engine.call('runs.list', {});
  const traces: RunTrace[] = await Promise.all(runs.map(({ id }) => engine.call('runs.get', { id })));
  expect(traces.at(-1)).toMatchObject({
    state: 'done',
    trigger: 'pre-login',
    steps: [{ state: 'done', detail: { by: 'mail', asks: true, to: 'k…@example.com' } }],
  });
  const { events } = await engine.call('events.search', { limit: 1000 });
  const kept = JSON.stringify([traces, events]);
  expect(kept).toContain('Code for your sign-in');
  for (const code of codes) expect(kept).not.toMatch(new RegExp(`\\b${code}\\b`));

  // By app: who has none is refused, or asked by mail where the action lets that do.
  const app = (config: Record<string, unknown>) =>
    engine.call('rules.save', { id: rule.id, name: 'Door', triggers: ['pre-login'], steps: [{ ...step, config }] });
  await app({ by: 'app' });
  expect(await sftp(port, only('password,keyboard-interactive'), none)).not.toBe(0);
  expect((await refusals(engine)).at(-1)).toContain('acme has no authenticator app set up');
  await app({ by: 'app', mailInstead: true });
  expect(await sftp(port, only('password,keyboard-interactive'), mailed)).toBe(0);
  const { secret } = await engine.call('twoFactor.enrol', { username: 'acme' });
  const fresh = (): string => {
    offset += 60_000;
    return new TOTP({ secret, issuer: '', label: '' }).generate({ timestamp: clock.now() });
  };
  await engine.call('twoFactor.confirm', { username: 'acme', code: fresh() });
  await app({ by: 'app' });
  const sent = mail.received.length;
  expect(await sftp(port, only('password,keyboard-interactive'), () => Promise.resolve(fresh()))).toBe(0);
  expect((await ftp(`right one${fresh()}`)).code).toBe(0);
  expect(mail.received).toHaveLength(sent);
  expect((await methods(engine)).slice(3)).toEqual(['password, mail code', 'password, code', 'password']);

  // What cannot be sent lets nobody in, and says why.
  await engine.call('twoFactor.remove', { username: 'acme' });
  await app({ by: 'mail' });
  await engine.call('accounts.save', { username: 'acme', email: '' });
  expect(await sftp(port, only('password,keyboard-interactive'), none)).not.toBe(0);
  expect((await refusals(engine)).at(-1)).toContain('acme has no mail address to send a code to');
});
