import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Client, Target } from './clients.ts';
import { temporaryFolder } from './folders.ts';
import { type Finished, run } from './run.ts';

/**
 * Mounts the server's tree, runs the shell's commands in it (`$MOUNT`, `$ONE`, `$OTHER`) and unmounts it. `options` are sshfs's own.
 */
export function onSshfs(
  { port, username, password, timeoutMs, signal }: Target,
  command: string,
  { one = '', other = '', options = '' }: { readonly one?: string; readonly other?: string; readonly options?: string } = {},
): Promise<Finished> {
  const mount = join(temporaryFolder(), randomUUID());
  mkdirSync(mount);
  // What was killed leaves its mount behind.
  onTestFinished(() => void spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' }));
  const ssh = 'ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR';
  // sshfs closes files behind its user's back; what is asked of the server after that, one request after another, is answered when they are.
  // In the foreground under this shell, so that whoever kills the shell's group ends the connection with it.
  const script = `
    set -e
    printf '%s\\n' "$PASSWORD" | sshfs -f ${options} -o password_stdin -o "ssh_command=${ssh}" -p ${port} ${username}@127.0.0.1:/ "$MOUNT" &
    daemon=$!
    trap 'fusermount -u "$MOUNT" || fusermount -uz "$MOUNT"; wait $daemon || true' EXIT
    for try in $(seq 200); do mountpoint -q "$MOUNT" && break; kill -0 $daemon; sleep 0.05; done
    mountpoint -q "$MOUNT"
    cd /
    eval "$COMMAND"
    stat "$MOUNT/.not-there" 2>/dev/null || true
  `;
  return run('bash', ['-c', script], {
    env: { MOUNT: mount, PASSWORD: password, COMMAND: command, ONE: one, OTHER: other },
    timeoutMs,
    signal,
  });
}

/** A folder of this machine that is the server's: every operation mounts it, works with the system's own commands and unmounts it. */
export function sshfs(target: Target): Client {
  const shell = (command: string, one: string, other?: string): Promise<Finished> =>
    onSshfs(target, command, { one, options: '-s', ...(other === undefined ? {} : { other }) });
  return {
    name: 'sshfs',
    put: (local, remote) => shell('cp --sparse=never -- "$ONE" "$MOUNT$OTHER"', local, remote),
    get: (remote, local) => shell('cp -- "$MOUNT$ONE" "$OTHER"', remote, local),
    resumePut: (local, remote) => shell('tail -c +$(($(stat -c %s "$MOUNT$OTHER") + 1)) -- "$ONE" >> "$MOUNT$OTHER"', local, remote),
    resumeGet: (remote, local) => shell('tail -c +$(($(stat -c %s "$OTHER") + 1)) -- "$MOUNT$ONE" >> "$OTHER"', remote, local),
    manage: {
      rename: (from, to) => shell('mv -- "$MOUNT$ONE" "$MOUNT$OTHER"', from, to),
      remove: (path) => shell('rm -- "$MOUNT$ONE"', path),
      mkdir: (path) => shell('mkdir -- "$MOUNT$ONE"', path),
      rmdir: (path) => shell('rmdir -- "$MOUNT$ONE"', path),
    },
    list: (path) => shell('ls -la -- "$MOUNT$ONE"', path),
  };
}
