import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';
import { type Finished, run } from './run.ts';

/** Where and as whom a client signs in. */
export type Target = {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** For big files; 20 s by default. */
  readonly timeoutMs?: number;
  /** Kills the program that runs when it aborts. */
  readonly signal?: AbortSignal;
};

/**
 * One real client over one protocol, with the operations that every partner needs. Remote paths are absolute virtual paths; local ones
 * absolute paths. Each resolves with the client's own exit code, which is what a partner's script looks at.
 */
export type Client = {
  readonly name: string;
  put(local: string, remote: string): Promise<Finished>;
  get(remote: string, local: string): Promise<Finished>;
  /** Continues an upload of which the server has the beginning. */
  readonly resumePut?: (local: string, remote: string) => Promise<Finished>;
  /** Continues a download of which `local` has the beginning. */
  readonly resumeGet?: (remote: string, local: string) => Promise<Finished>;
  readonly manage?: {
    readonly rename: (from: string, to: string) => Promise<Finished>;
    readonly remove: (path: string) => Promise<Finished>;
    readonly mkdir: (path: string) => Promise<Finished>;
    readonly rmdir: (path: string) => Promise<Finished>;
  };
  /** It makes missing folders by itself. */
  readonly makesParents?: true;
  /** Its listing must name each entry in stdout. */
  list(path: string): Promise<Finished>;
};

/** The environment in which OpenSSH takes the password from a program and trusts the test server's key. */
export function openSshPassword(password: string): { env: Record<string, string>; options: string[] } {
  const folder = temporaryFolder();
  const askPass = join(folder, 'askpass');
  writeFileSync(askPass, `#!/bin/sh\nprintf '%s\\n' '${password}'\n`, { mode: 0o700 });
  return {
    env: { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    options: [
      '-F',
      'none',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      `UserKnownHostsFile=${join(folder, 'known')}`,
      '-o',
      'NumberOfPasswordPrompts=1',
      '-q',
    ],
  };
}

const quote = (path: string): string => `"${path.replaceAll(/(["\\])/g, '\\$1')}"`;

export function openSshSftp({ port, username, password, timeoutMs, signal }: Target): Client {
  const { env, options } = openSshPassword(password);
  const batch = (...lines: string[]): Promise<Finished> =>
    run('sftp', [...options, '-o', 'BatchMode=no', '-P', String(port), '-b', '-', `${username}@127.0.0.1`], {
      env,
      input: `${lines.join('\n')}\n`,
      timeoutMs,
      signal,
    });
  return {
    name: 'OpenSSH sftp',
    put: (local, remote) => batch(`put ${quote(local)} ${quote(remote)}`),
    get: (remote, local) => batch(`get ${quote(remote)} ${quote(local)}`),
    resumePut: (local, remote) => batch(`reput ${quote(local)} ${quote(remote)}`),
    resumeGet: (remote, local) => batch(`reget ${quote(remote)} ${quote(local)}`),
    manage: {
      rename: (from, to) => batch(`rename ${quote(from)} ${quote(to)}`),
      remove: (path) => batch(`rm ${quote(path)}`),
      mkdir: (path) => batch(`mkdir ${quote(path)}`),
      rmdir: (path) => batch(`rmdir ${quote(path)}`),
    },
    list: (path) => batch(`ls -la ${quote(path)}`),
  };
}

export function openSshScp({ port, username, password, timeoutMs, signal }: Target): Client {
  const { env, options } = openSshPassword(password);
  const scp = (...args: string[]): Promise<Finished> =>
    run('scp', [...options, '-s', '-P', String(port), ...args], { env, timeoutMs, signal });
  const at = (path: string): string => `${username}@127.0.0.1:${path}`;
  return {
    name: 'OpenSSH scp',
    put: (local, remote) => scp(local, at(remote)),
    get: (remote, local) => scp(at(remote), local),
    list: (path) => openSshSftp({ port, username, password }).list(path),
  };
}

export function lftp(
  scheme: 'sftp' | 'ftp' | 'ftps-explicit' | 'ftps-implicit',
  { port, username, password, timeoutMs, signal }: Target,
): Client {
  const home = temporaryFolder();
  const url = `${scheme === 'sftp' ? 'sftp' : scheme === 'ftps-implicit' ? 'ftps' : 'ftp'}://127.0.0.1:${port}`;
  const settings = [
    'set net:max-retries 1; set net:timeout 10; set net:reconnect-interval-base 1; set xfer:clobber on; set cmd:fail-exit yes; set ssl:verify-certificate no',
    "set sftp:connect-program 'ssh -a -x -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'",
    scheme.startsWith('ftps') ? 'set ftp:ssl-force yes; set ftp:ssl-protect-data yes' : 'set ftp:ssl-allow no',
  ].join('; ');
  const script = (command: string): Promise<Finished> =>
    run('lftp', ['-c', `${settings}; open -u '${username}','${password}' ${url}; ${command}`], {
      env: { HOME: home },
      timeoutMs,
      signal,
    });
  return {
    name: `lftp ${scheme}`,
    put: (local, remote) => script(`put ${quote(local)} -o ${quote(remote)}`),
    get: (remote, local) => script(`get ${quote(remote)} -o ${quote(local)}`),
    resumePut: (local, remote) => script(`put -c ${quote(local)} -o ${quote(remote)}`),
    resumeGet: (remote, local) => script(`get -c ${quote(remote)} -o ${quote(local)}`),
    manage: {
      rename: (from, to) => script(`mv ${quote(from)} ${quote(to)}`),
      remove: (path) => script(`rm ${quote(path)}`),
      mkdir: (path) => script(`mkdir ${quote(path)}`),
      rmdir: (path) => script(`rmdir ${quote(path)}`),
    },
    list: (path) => script(`cls -la ${quote(path)}`),
  };
}

export function rclone(protocol: 'sftp' | 'ftp' | 'ftps-explicit', { port, username, password, timeoutMs, signal }: Target): Client {
  const folder = temporaryFolder();
  const obscured = run('rclone', ['obscure', password]).then(({ stdout }) => stdout.trim());
  const call = async (...args: string[]): Promise<Finished> =>
    run('rclone', [...args, '--config', join(folder, 'none'), '--retries', '1', '--low-level-retries', '1', '--contimeout', '5s'], {
      env: {
        RCLONE_CONFIG_R_TYPE: protocol === 'sftp' ? 'sftp' : 'ftp',
        RCLONE_CONFIG_R_HOST: '127.0.0.1',
        RCLONE_CONFIG_R_PORT: String(port),
        RCLONE_CONFIG_R_USER: username,
        RCLONE_CONFIG_R_PASS: await obscured,
        RCLONE_CONFIG_R_SHELL_TYPE: 'none',
        ...(protocol === 'ftps-explicit' ? { RCLONE_CONFIG_R_EXPLICIT_TLS: 'true', RCLONE_CONFIG_R_NO_CHECK_CERTIFICATE: 'true' } : {}),
      },
      timeoutMs,
      signal,
    });
  return {
    name: `rclone ${protocol}`,
    put: (local, remote) => call('copyto', local, `R:${remote}`),
    get: (remote, local) => call('copyto', `R:${remote}`, local),
    manage: {
      rename: (from, to) => call('moveto', `R:${from}`, `R:${to}`),
      remove: (path) => call('deletefile', `R:${path}`),
      mkdir: (path) => call('mkdir', `R:${path}`),
      rmdir: (path) => call('rmdir', `R:${path}`),
    },
    list: (path) => call('lsf', `R:${path}`),
    makesParents: true,
  };
}

export function curl(
  protocol: 'sftp' | 'ftp' | 'ftps-explicit' | 'ftps-implicit',
  { port, username, password, timeoutMs, signal }: Target,
): Client {
  const options = { sftp: ['--insecure'], ftp: [], 'ftps-explicit': ['--ssl-reqd', '--insecure'], 'ftps-implicit': ['--insecure'] };
  const scheme = { sftp: 'sftp', ftp: 'ftp', 'ftps-explicit': 'ftp', 'ftps-implicit': 'ftps' }[protocol];
  const call = (...args: string[]): Promise<Finished> =>
    run('curl', ['-sS', '--disable-epsv', '-u', `${username}:${password}`, ...options[protocol], ...args], { timeoutMs, signal });
  const url = (path: string): string =>
    `${scheme}://127.0.0.1:${port}/${path.split('/').filter(Boolean).map(encodeURIComponent).join('/')}`;
  // After the listing of the top folder, which curl cannot leave out.
  const quoted = (...commands: string[]): Promise<Finished> => call(...commands.flatMap((command) => ['-Q', `-${command}`]), url('/'));
  return {
    name: `curl ${protocol}`,
    put: (local, remote) => call('-T', local, url(remote)),
    get: (remote, local) => call('-o', local, url(remote)),
    resumePut: (local, remote) => call('-C', '-', '-T', local, url(remote)),
    resumeGet: (remote, local) => call('-C', '-', '-o', local, url(remote)),
    manage:
      protocol === 'sftp'
        ? {
            rename: (from, to) => quoted(`rename ${quote(from)} ${quote(to)}`),
            remove: (path) => quoted(`rm ${quote(path)}`),
            mkdir: (path) => quoted(`mkdir ${quote(path)}`),
            rmdir: (path) => quoted(`rmdir ${quote(path)}`),
          }
        : {
            rename: (from, to) => quoted(`RNFR ${from}`, `RNTO ${to}`),
            remove: (path) => quoted(`DELE ${path}`),
            mkdir: (path) => quoted(`MKD ${path}`),
            rmdir: (path) => quoted(`RMD ${path}`),
          },
    list: (path) => call(`${url(path)}/`),
  };
}

export function psftp({ port, username, password, timeoutMs, signal }: Target): Client {
  const folder = temporaryFolder();
  const batch = (fingerprint: string, ...lines: string[]): Promise<Finished> => {
    const script = join(folder, randomUUID());
    writeFileSync(script, `${lines.join('\n')}\n`);
    const key = fingerprint === '' ? [] : ['-hostkey', fingerprint];
    return run('psftp', ['-batch', '-pw', password, '-P', String(port), ...key, '-b', script, `${username}@127.0.0.1`], {
      env: { HOME: folder },
      timeoutMs,
      signal,
    });
  };
  // PuTTY refuses an unknown key in batch mode, and says which one it saw.
  const key = batch('', 'pwd').then(({ stdout, stderr }) => /SHA256:[A-Za-z0-9+/]+/.exec(stdout + stderr)?.[0] ?? '');
  const session = async (...lines: string[]): Promise<Finished> => batch(await key, ...lines);
  return {
    name: 'psftp',
    put: (local, remote) => session(`put ${quote(local)} ${quote(remote)}`),
    get: (remote, local) => session(`get ${quote(remote)} ${quote(local)}`),
    resumePut: (local, remote) => session(`reput ${quote(local)} ${quote(remote)}`),
    resumeGet: (remote, local) => session(`reget ${quote(remote)} ${quote(local)}`),
    manage: {
      rename: (from, to) => session(`mv ${quote(from)} ${quote(to)}`),
      remove: (path) => session(`rm ${quote(path)}`),
      mkdir: (path) => session(`mkdir ${quote(path)}`),
      rmdir: (path) => session(`rmdir ${quote(path)}`),
    },
    list: (path) => session(`ls ${quote(path)}`),
  };
}
