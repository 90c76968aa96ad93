import { describe, expect, it } from 'vitest';
import { run } from '../../../helpers/run.ts';
import { startSftp } from './start-sftp.ts';

/** Marks strict key exchange and is no algorithm; releases of ssh-audit from before the Terrapin attack do not know it. */
const STRICT = 'kex-strict-s-v00@openssh.com';

/** Every algorithm that ssh-audit names, and its complaints as `fail <algorithm>: <words>`. */
async function audit(compatibility: boolean): Promise<{ named: readonly string[]; complaints: readonly string[] }> {
  const { server } = await startSftp({ compatibility });
  const { stdout, stderr } = await run('ssh-audit', ['-n', '-p', String(server.port), '127.0.0.1']);
  if (!stdout.includes('# fingerprints')) throw new Error(`ssh-audit did not finish: ${stderr}${stdout}`);
  const named: string[] = [];
  const complaints: string[] = [];
  for (const line of stdout.split('\n')) {
    const [, , algorithm] = /^\((kex|key|enc|mac)\) (\S+)/.exec(line) ?? [];
    if (algorithm !== undefined) named.push(algorithm);
    const [, kind, words] = /-- \[(fail|warn)\] (.+)$/.exec(line) ?? /`- \[(fail|warn)\] (.+)$/.exec(line) ?? [];
    if (kind !== undefined && named.at(-1) !== STRICT) complaints.push(`${kind} ${named.at(-1) ?? '?'}: ${words ?? ''}`);
  }
  return { named, complaints };
}

describe('ssh-audit', () => {
  it('finds nothing to complain about in the strong profile', async () => {
    const { named, complaints } = await audit(false);
    expect(named).toEqual(expect.arrayContaining(['curve25519-sha256', 'ssh-ed25519', 'aes128-gcm@openssh.com', STRICT]));
    expect(complaints).toEqual([]);
  });

  it('complains of what the compatibility profile adds, and of nothing else', async () => {
    expect((await audit(true)).complaints).toEqual([
      'fail ecdh-sha2-nistp256: using weak elliptic curves',
      // ssh2 offers it with every RSA host key; the setting says that it is weaker.
      'fail ssh-rsa: using weak hashing algorithm',
      'warn hmac-sha2-256: using encrypt-and-MAC mode',
      'warn hmac-sha2-512: using encrypt-and-MAC mode',
    ]);
  });
});
