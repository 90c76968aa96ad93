import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificates.ts';
import { freePort, listens, startDaemon } from './daemon.ts';
import { temporaryFolder } from './folders.ts';

/** A real server of files with the fields that an action needs for it, and real and remote path of its folder. */
export type FileServer = {
  readonly server: Record<string, unknown> & { readonly port: number };
  /** Real path of the folder. */
  readonly folder: string;
  /** The same as the server's clients name it. */
  readonly root: string;
};

/** OpenSSH's own sshd; its one user signs in with a key. */
export async function startSshd(): Promise<FileServer> {
  const keys = temporaryFolder();
  const folder = join(temporaryFolder(), 'tree');
  mkdirSync(folder);
  const keygen = (name: string): void => void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, name)]);
  keygen('host');
  keygen('id');
  writeFileSync(join(keys, 'authorized'), readFileSync(join(keys, 'id.pub')), { mode: 0o600 });
  const port = await freePort();
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(keys, 'host')}`,
    `AuthorizedKeysFile ${join(keys, 'authorized')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'PidFile none',
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(keys, 'config'), `${config.join('\n')}\n`);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  await startDaemon('/usr/sbin/sshd', ['-D', '-e', '-f', join(keys, 'config')], () => listens(port));
  const fingerprint = execFileSync('ssh-keygen', ['-lf', join(keys, 'host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? '';
  const privateKey = readFileSync(join(keys, 'id'), 'utf8');
  const server = { protocol: 'sftp', host: '127.0.0.1', port, username: userInfo().username, privateKey, fingerprint };
  return { server, folder, root: folder };
}

/** vsftpd with one anonymous user, who may do everything in one folder; FTP and FTPS on the same port. */
export async function startVsftpd(protocol: 'ftp' | 'ftps' | 'ftps-implicit'): Promise<FileServer> {
  const root = temporaryFolder();
  const folder = join(root, 'up');
  mkdirSync(folder);
  const { pem } = await makeCertificate({ names: ['files.example.com'] });
  const certificate = join(temporaryFolder(), 'pem');
  writeFileSync(certificate, `${pem.key}${pem.certificate}`, { mode: 0o600 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    // It refuses a root folder that the anonymous user can write, and needs to get down to it.
    chmodSync(root, 0o755);
    execFileSync('chown', ['ftp', folder]);
    mkdirSync('/var/run/vsftpd/empty', { recursive: true });
  }
  const port = await freePort();
  const settings = {
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: port,
    background: 'NO',
    run_as_launching_user: isRoot ? 'NO' : 'YES',
    seccomp_sandbox: 'NO',
    anonymous_enable: 'YES',
    no_anon_password: 'NO',
    anon_root: root,
    anon_world_readable_only: 'NO',
    write_enable: 'YES',
    anon_upload_enable: 'YES',
    anon_mkdir_write_enable: 'YES',
    anon_other_write_enable: 'YES',
    anon_umask: '022',
    xferlog_enable: 'NO',
    ssl_enable: protocol === 'ftp' ? 'NO' : 'YES',
    allow_anon_ssl: 'YES',
    force_anon_logins_ssl: 'YES',
    force_anon_data_ssl: 'YES',
    require_ssl_reuse: 'YES',
    implicit_ssl: protocol === 'ftps-implicit' ? 'YES' : 'NO',
    ssl_ciphers: 'HIGH',
    rsa_cert_file: certificate,
  };
  const config = join(temporaryFolder(), 'vsftpd.conf');
  const lines = Object.entries(settings).filter(([name]) => protocol !== 'ftp' || !name.startsWith('force_'));
  writeFileSync(config, lines.map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
  await startDaemon('/usr/sbin/vsftpd', [config], () => listens(port));
  const fingerprint = protocol === 'ftp' ? '' : new X509Certificate(pem.certificate).fingerprint256;
  return {
    server: { protocol, host: '127.0.0.1', port, username: 'anonymous', password: 'me@example.com', fingerprint },
    folder,
    root: '/up',
  };
}
