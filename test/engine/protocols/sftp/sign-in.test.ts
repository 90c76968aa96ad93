import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { createRequire } from 'node:module';
import type * as Ssh2 from 'ssh2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger, silentSink } from '../../../../engine/lib/log.ts';
import { Authentication } from '../../../../engine/protocols/sftp/authentication.ts';
import { sshUtils } from '../../../../engine/protocols/sftp/ssh2.ts';
import { clientKeys } from '../../../helpers/ssh-keys.ts';
import { openSsh } from './openssh.ts';
import { connect, rawSftp } from './raw-client.ts';
import { PASSWORD, startSftp, type TestSftp } from './start-sftp.ts';

const { Client } = createRequire(import.meta.url)('ssh2') as typeof Ssh2;

/** Tries to sign in; resolves with true, or with why it ended. */
async function signIn(test: TestSftp, config: Partial<Ssh2.ConnectConfig>): Promise<true | string> {
  const client = new Client();
  onTestFinished(() => void client.end());
  const outcome = new Promise<true | string>((resolve) => {
    client.on('ready', () => resolve(true));
    client.on('error', (error) => resolve(error.message));
    client.on('close', () => resolve('closed'));
  });
  client.connect({ host: '127.0.0.1', port: test.server.port, username: 'user', ...config });
  return outcome;
}

function tcp(test: TestSftp): Socket {
  const socket = connectTcp(test.server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('sign-in', () => {
  it('takes the password, directly or as the answer to a prompt', async () => {
    const test = await startSftp();
    expect(await signIn(test, { password: PASSWORD })).toBe(true);
    const client = new Client();
    onTestFinished(() => void client.end());
    const prompts: unknown[] = [];
    client.on('keyboard-interactive', (_name, _instructions, _language, asked, answer) => {
      prompts.push(asked);
      answer([PASSWORD]);
    });
    const ready = once(client, 'ready');
    client.connect({
      host: '127.0.0.1',
      port: test.server.port,
      username: 'user',
      tryKeyboard: true,
      authHandler: ['keyboard-interactive'],
    });
    await ready;
    expect(prompts).toEqual([[{ prompt: 'Password: ', echo: false }]]);
  });

  it('takes a key, and asks about it before the signature', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    expect((await ssh.sftp(['pwd'])).code).toBe(0);
    expect(test.asked).toEqual(['probe:user', 'key:user:true']);
    expect(test.sessions[0]?.identity).toMatchObject({ protocol: 'SFTP', address: '127.0.0.1', method: 'publickey' });
    expect(test.sessions[0]?.identity.client).toMatch(/^SSH-2\.0-OpenSSH_/);
  });

  it.each([
    ['an ECDSA key', 'ecdsa-sha2-nistp256', ['-t', 'ecdsa', '-b', '256'], []],
    ['an RSA key with SHA-512', 'ssh-rsa', ['-t', 'rsa', '-b', '2048'], ['-o', 'PubkeyAcceptedAlgorithms=rsa-sha2-512']],
    ['an RSA key with SHA-256', 'ssh-rsa', ['-t', 'rsa', '-b', '2048'], ['-o', 'PubkeyAcceptedAlgorithms=rsa-sha2-256']],
  ])('verifies the signature of %s', async (_what, _type, generate, options) => {
    const test = await startSftp();
    const ssh = openSsh(test);
    await ssh.run('ssh-keygen', ['-q', '-N', '', '-f', 'other', ...generate]);
    // The check knows another key: what counts here is the verdict on the signature that it is told.
    test.acceptAnyKey();
    const ran = await ssh.run(
      'sftp',
      [...ssh.options, '-vvv', '-o', 'IdentityFile=other', '-o', 'IdentityAgent=none', ...options, '-b', '-', 'gatehouse'],
      'pwd\n',
    );
    expect(ran.code).toBe(0);
    expect(/server-sig-algs=<(.*)>/.exec(ran.stderr)?.[1]).toBe(
      'ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256',
    );
    expect(test.asked.at(-1)).toBe('key:user:true');
  });

  it('tells a good signature from a bad one, and takes none with SHA-1', async () => {
    const key = sshUtils.parseKey(sshUtils.generateKeyPairSync('rsa', { bits: 2048 }).private) as Ssh2.ParsedKey;
    const data = key.getPublicSSH();
    const blob = Buffer.from('what the client signs');
    const verdicts: boolean[] = [];
    for (const [hashAlgo, signed] of [
      ['sha512', blob],
      ['sha512', Buffer.from('something else')],
      [undefined, blob],
    ] as const) {
      const authentication = new Authentication({
        signIn: {
          withPassword: () => Promise.resolve(null),
          knowsKey: () => Promise.resolve(true),
          withKey: (_attempt, _key, valid) => {
            verdicts.push(valid);
            return Promise.resolve(null);
          },
        },
        attempt: { protocol: 'SFTP', address: '192.0.2.1', client: null },
        maxAttempts: 6,
        log: createLogger(silentSink, 'test'),
        enter: () => Promise.resolve(),
        entered: () => undefined,
        refused: () => undefined,
        isClosed: () => false,
        furtherProof: undefined,
        disconnect: () => undefined,
      });
      const signature = key.sign(signed, hashAlgo ?? 'sha1');
      const context = {
        method: 'publickey',
        username: 'user',
        key: { algo: 'ssh-rsa', data },
        signature,
        blob,
        hashAlgo,
        accept: () => undefined,
        reject: () => undefined,
      };
      await authentication.handle(context as unknown as Ssh2.AuthContext);
    }
    expect(verdicts).toEqual([true, false, false]);
  });

  it('refuses RSA with SHA-1', async () => {
    const test = await startSftp({ compatibility: true });
    const ssh = openSsh(test);
    test.acceptAnyKey();
    await ssh.run('ssh-keygen', ['-q', '-N', '', '-f', 'other', '-t', 'rsa', '-b', '2048']);
    const ran = await ssh.run(
      'sftp',
      [
        ...ssh.options,
        '-F',
        '/dev/null',
        '-o',
        'BatchMode=yes',
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
        '-o',
        'PubkeyAcceptedAlgorithms=ssh-rsa',
        '-i',
        'other',
        '-P',
        String(test.server.port),
        '-b',
        '-',
        'user@127.0.0.1',
      ],
      'pwd\n',
    );
    expect(ran.code).toBe(255);
    expect(test.asked).toEqual([]);
  });

  it('refuses a signature by another key than the offered one', async () => {
    const test = await startSftp();
    const other = sshUtils.parseKey(clientKeys().private) as Ssh2.ParsedKey;
    const offered = sshUtils.parseKey(test.key.private) as Ssh2.ParsedKey;
    // A key that shows one public half and signs with another's private half.
    const forged = Object.create(offered) as Ssh2.ParsedKey;
    forged.sign = (data, algorithm) => other.sign(data, algorithm);
    const outcome = await signIn(test, { authHandler: [{ type: 'publickey', username: 'user', key: forged }] as never });
    expect(outcome).not.toBe(true);
    expect(test.asked).toEqual(['probe:user', 'key:user:false']);
    expect(test.sessions).toEqual([]);
  });

  it('ends the connection after the allowed number of refusals, and does not check more', async () => {
    const test = await startSftp({ limits: { loginGraceMs: 10_000, maxAuthAttempts: 3, maxConnections: 10 } });
    const outcome = await signIn(test, {
      authHandler: Array.from({ length: 6 }, () => ({ type: 'password' as const, username: 'user', password: 'wrong' })),
    });
    expect(outcome).not.toBe(true);
    expect(test.asked).toEqual(['password:user', 'password:user', 'password:user']);
  });

  it('counts answers to prompts like passwords', async () => {
    const test = await startSftp({ limits: { loginGraceMs: 10_000, maxAuthAttempts: 2, maxConnections: 10 } });
    const outcome = await signIn(test, {
      authHandler: Array.from({ length: 5 }, () => ({
        type: 'keyboard-interactive' as const,
        username: 'user',
        prompt: (_name: string, _instructions: string, _language: string, _prompts: unknown, answer: (answers: string[]) => void) =>
          answer(['wrong']),
      })),
    });
    expect(outcome).not.toBe(true);
    expect(test.asked).toHaveLength(2);
  });

  it('ends the connection when the user name changes on the way', async () => {
    const test = await startSftp();
    const authHandler: Ssh2.PasswordAuthMethod[] = [
      { type: 'password', username: 'nobody', password: 'x' },
      { type: 'password', username: 'user', password: PASSWORD },
    ];
    const outcome = await signIn(test, { authHandler });
    expect(outcome).not.toBe(true);
    expect(test.asked).toEqual(['password:nobody']);
  });

  it('refuses "none" and tells what it takes', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const ran = await ssh.run('ssh', [...ssh.options, '-o', 'PreferredAuthentications=none', '-v', 'gatehouse']);
    expect(ran.code).toBe(255);
    expect(ran.stderr).toContain('publickey,keyboard-interactive,password');
  });

  it('refuses an account whose session cannot be opened', async () => {
    const test = await startSftp();
    test.refuseSessions();
    expect(await signIn(test, { password: PASSWORD, authHandler: ['password'] })).not.toBe(true);
  });

  it('opens no channel before the sign-in', async () => {
    const test = await startSftp();
    const socket = tcp(test);
    const [ident] = (await once(socket, 'data')) as [Buffer];
    expect(ident.toString('latin1')).toMatch(/^SSH-2\.0-Gatehouse\r\n/);
  });
});

describe('limits', () => {
  it('ends a connection that does not sign in in time, silent or not', async () => {
    const test = await startSftp({ limits: { loginGraceMs: 300, maxAuthAttempts: 3, maxConnections: 10 } });
    const silent = tcp(test);
    const halfway = tcp(test);
    halfway.write('SSH-2.0-test\r\n');
    const signedIn = await connect(test);
    silent.resume();
    halfway.resume();
    await Promise.all([once(silent, 'close'), once(halfway, 'close')]);
    const { sftp } = await rawSftp(signedIn);
    expect(sftp).toBeDefined();
  });

  it('turns away connections above the limit in words', async () => {
    const test = await startSftp({ limits: { loginGraceMs: 10_000, maxAuthAttempts: 3, maxConnections: 2 } });
    await connect(test);
    await connect(test);
    const third = tcp(test);
    const [words] = (await once(third, 'data')) as [Buffer];
    expect(words.toString()).toContain('Too many connections');
    await once(third, 'close');
  });

  it('lets an address hold 25 connections without a sign-in, and no more', async () => {
    const test = await startSftp();
    const sockets = Array.from({ length: 30 }, () => tcp(test));
    const words = await Promise.all(sockets.map(async (socket) => ((await once(socket, 'data')) as [Buffer])[0].toString()));
    expect(words.filter((text) => text.startsWith('SSH-2.0-')).length).toBe(25);
  });

  it('survives clients that send rubbish', async () => {
    const test = await startSftp();
    for (const rubbish of [
      'GET / HTTP/1.0\r\n\r\n',
      '\0'.repeat(100_000),
      `SSH-2.0-x\r\n${'\xff'.repeat(5000)}`,
      'SSH-2.0-x\r\n\0\0\0\x0c\x0a',
    ]) {
      const socket = tcp(test);
      socket.write(Buffer.from(rubbish, 'latin1'));
      socket.end();
      socket.resume();
      await once(socket, 'close');
    }
    expect(await signIn(test, { password: PASSWORD })).toBe(true);
  });
});
