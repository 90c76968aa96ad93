import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadHostKeys } from '../../../engine/protocols/host-keys.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

describe('loadHostKeys', () => {
  it('makes an Ed25519 key once, for the owner only', async () => {
    const folder = join(temporaryFolder(), 'ssh');
    const first = await loadHostKeys(folder, false);
    expect(first.map(({ algorithm }) => algorithm)).toEqual(['ssh-ed25519']);
    expect(statSync(join(folder, 'ssh_host_ed25519_key')).mode & 0o777).toBe(0o600);
    expect(await loadHostKeys(folder, false)).toEqual(first);
    expect(readdirSync(folder)).toEqual(['ssh_host_ed25519_key']);
  });

  it('shows fingerprints as OpenSSH does', async () => {
    const folder = temporaryFolder();
    const keys = await loadHostKeys(folder, true);
    for (const [index, file] of ['ssh_host_ed25519_key', 'ssh_host_rsa_key'].entries()) {
      const shown = (hash: string): string =>
        execFileSync('ssh-keygen', ['-l', '-E', hash, '-f', join(folder, file)], { encoding: 'utf8' });
      expect(shown('sha256').split(' ')[1]).toBe(keys[index]?.sha256);
      expect(shown('md5').split(' ')[1]).toBe(`MD5:${keys[index]?.md5 ?? ''}`);
      expect(execFileSync('ssh-keygen', ['-y', '-f', join(folder, file)], { encoding: 'utf8' })).toContain(keys[index]?.publicKey);
    }
    expect(execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'ssh_host_rsa_key')], { encoding: 'utf8' })).toMatch(/^3072 /);
  });

  it('takes keys of OpenSSH that were put there', async () => {
    const folder = temporaryFolder();
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'ssh_host_ed25519_key')]);
    const shown = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'ssh_host_ed25519_key')], { encoding: 'utf8' });
    expect((await loadHostKeys(folder, false))[0]?.sha256).toBe(shown.split(' ')[1]);
  });

  it('makes one key when two start at the same time', async () => {
    const folder = temporaryFolder();
    const [first, second] = await Promise.all([loadHostKeys(folder, false), loadHostKeys(folder, false)]);
    expect(first).toEqual(second);
  });

  it('closes a key that others could read', async () => {
    const folder = temporaryFolder();
    await loadHostKeys(folder, false);
    chmodSync(join(folder, 'ssh_host_ed25519_key'), 0o644);
    await loadHostKeys(folder, false);
    expect(statSync(join(folder, 'ssh_host_ed25519_key')).mode & 0o777).toBe(0o600);
  });

  it('never replaces a damaged key, nor names the folder', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'ssh_host_ed25519_key'), 'damaged');
    const refused = loadHostKeys(folder, false);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(refused).rejects.not.toThrow(folder);
  });

  it('says so when there can be no key', async () => {
    const folder = join(temporaryFolder(), 'file');
    writeFileSync(folder, '');
    await expect(loadHostKeys(folder, false)).rejects.toMatchObject({ code: 'folder_not_writable' });
  });
});
