import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PEERS = [
  '7z',
  'c-icap',
  'clamd',
  'curl',
  'dovecot',
  'gpg',
  'hydra',
  'lftp',
  'ncftpput',
  'pebble',
  'psftp',
  'python3',
  'rclone',
  'scp',
  'sftp',
  'ssh',
  'ssh-audit',
  'sshfs',
  'strace',
  'testssl',
  'unzip',
  'vsftpd',
  'zip',
];

/** Fails the run at once, in words, when a real client that the tests need is not installed: no test is skipped for the want of one. */
export function setup(): void {
  const missing = PEERS.filter((peer) => !isOnPath(peer));
  if (missing.length > 0) {
    throw new Error(
      `The tests talk to real clients, and these are missing: ${missing.join(', ')}. On Debian install them with build/install-test-peers.sh`,
    );
  }
}

function isOnPath(command: string): boolean {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
