import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSsh } from './openssh.ts';
import { startSftp } from './start-sftp.ts';

describe('OpenSSH clients', () => {
  it('uploads, lists, downloads, renames, deletes and leaves with 0', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const content = randomBytes(3_000_000);
    writeFileSync(join(ssh.folder, 'local'), content);
    const ran = await ssh.sftp([
      'put local one',
      'mkdir folder',
      'rename one folder/two',
      'ls -l folder',
      'get folder/two back',
      'rm folder/two',
      'rmdir folder',
      'ls',
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/-rw-r--r-- +1 user +users +3000000 .* two\n/);
    expect(readFileSync(join(ssh.folder, 'back'))).toEqual(content);
    expect(existsSync(test.home('folder'))).toBe(false);
  });

  it('fails with a status and words, not with a broken connection', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const ran = await ssh.sftp(['get missing']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('missing');
  });

  it('keeps every one of 20 files of 10 MB whole through scp', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const content = randomBytes(10 * 1024 * 1024);
    writeFileSync(join(ssh.folder, 'local'), content);
    for (let round = 0; round < 20; round++) {
      const ran = await ssh.run('scp', [...ssh.options, '-q', 'local', `gatehouse:/file-${round}`]);
      expect(ran, `round ${round}`).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(test.home(`file-${round}`)).equals(content), `round ${round}`).toBe(true);
    }
  }, 120_000);

  it('resumes both ways', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const content = randomBytes(2_000_000);
    writeFileSync(join(ssh.folder, 'local'), content);
    writeFileSync(join(ssh.folder, 'back'), content.subarray(0, 700_001));
    writeFileSync(join(ssh.folder, 'half'), content.subarray(0, 900_001));
    expect(await ssh.sftp(['put half remote', 'reput local remote', 'reget remote back'])).toMatchObject({ code: 0 });
    expect(readFileSync(test.home('remote')).equals(content)).toBe(true);
    expect(readFileSync(join(ssh.folder, 'back')).equals(content)).toBe(true);
  });

  it('keeps times and mode with -p, both ways', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    writeFileSync(join(ssh.folder, 'local'), 'x', { mode: 0o640 });
    const ran = await ssh.run('bash', [
      '-c',
      `touch -d 2020-02-03T04:05:06Z local && scp -q -p ${ssh.options.join(' ')} local gatehouse:/kept && scp -q -p ${ssh.options.join(' ')} gatehouse:/kept back && stat -c '%a %Y' back`,
    ]);
    expect(ran).toMatchObject({ code: 0, stdout: '640 1580702706\n' });
  });

  it('keeps a file whole that is sent and fetched in 256 requests of 255 KiB at a time', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const content = randomBytes(12_000_000);
    writeFileSync(join(ssh.folder, 'local'), content);
    expect(await ssh.sftp(['put local remote', 'get remote back'], ['-B', '261120', '-R', '256'])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(test.home('remote')).equals(content)).toBe(true);
    expect(readFileSync(join(ssh.folder, 'back')).equals(content)).toBe(true);
  });

  it('exchanges keys every megabyte at the client’s wish', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const content = randomBytes(12_000_000);
    writeFileSync(join(ssh.folder, 'local'), content);
    expect(await ssh.sftp(['put local remote', 'get remote back'], ['-o', 'RekeyLimit=1M'])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(ssh.folder, 'back')).equals(content)).toBe(true);
  });

  it('exchanges keys at the server’s wish', async () => {
    const test = await startSftp({ rekey: { bytes: 1024 * 1024, ms: 3_600_000 } });
    const ssh = openSsh(test);
    const content = randomBytes(12_000_000);
    writeFileSync(join(ssh.folder, 'local'), content);
    const ran = await ssh.sftp(['put local remote', 'get remote back'], ['-v']);
    expect(ran.code).toBe(0);
    expect(ran.stderr.match(/SSH2_MSG_KEXINIT received/g)?.length).toBeGreaterThan(10);
    expect(readFileSync(join(ssh.folder, 'back')).equals(content)).toBe(true);
  });

  it('works over every cipher and exchange it offers', async () => {
    // Each exchange brings a new cipher, with a state of its own.
    const test = await startSftp({ compatibility: true, rekey: { bytes: 1_000_000, ms: 3_600_000 } });
    const ssh = openSsh(test);
    const content = randomBytes(2_500_001);
    writeFileSync(join(ssh.folder, 'local'), content);
    const choices = [
      ['-o', 'Ciphers=aes256-gcm@openssh.com', '-o', 'KexAlgorithms=diffie-hellman-group16-sha512'],
      ['-o', 'Ciphers=chacha20-poly1305@openssh.com', '-o', 'KexAlgorithms=diffie-hellman-group18-sha512'],
      ['-o', 'Ciphers=aes128-ctr', '-o', 'MACs=hmac-sha2-256-etm@openssh.com', '-o', 'KexAlgorithms=curve25519-sha256@libssh.org'],
      [
        '-o',
        'Ciphers=aes256-ctr',
        '-o',
        'MACs=hmac-sha2-512',
        '-o',
        'KexAlgorithms=ecdh-sha2-nistp256',
        '-o',
        'HostKeyAlgorithms=rsa-sha2-512',
      ],
      [
        '-o',
        'Ciphers=aes192-ctr',
        '-o',
        'MACs=hmac-sha2-512-etm@openssh.com',
        '-o',
        'KexAlgorithms=diffie-hellman-group14-sha256',
        '-o',
        'HostKeyAlgorithms=rsa-sha2-256',
      ],
    ];
    for (const options of choices) {
      expect(await ssh.sftp(['put local remote', 'get remote back'], options), options.join(' ')).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(join(ssh.folder, 'back')).equals(content), options.join(' ')).toBe(true);
    }
  }, 60_000);

  it('serves ten at a time', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    const content = randomBytes(1_000_000);
    writeFileSync(join(ssh.folder, 'local'), content);
    const ran = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ssh.sftp([`put local remote-${index}`, `get remote-${index} back-${index}`])),
    );
    expect(ran.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 0));
    for (let index = 0; index < 10; index++) expect(readFileSync(join(ssh.folder, `back-${index}`)).equals(content)).toBe(true);
  });

  it.each([
    ['legacy scp', 'scp', ['-O', 'local', 'gatehouse:/x']],
    ['a shell', 'ssh', ['gatehouse']],
    ['a command', 'ssh', ['gatehouse', 'ls']],
  ])('refuses %s in words and with status 1', async (_what, program, args) => {
    const test = await startSftp();
    const ssh = openSsh(test);
    writeFileSync(join(ssh.folder, 'local'), 'x');
    const ran = await ssh.run(program, [...ssh.options, ...args]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('This server offers SFTP only, and of commands');
  });

  it('refuses forwarding', async () => {
    const test = await startSftp();
    const ssh = openSsh(test);
    expect((await ssh.run('ssh', [...ssh.options, '-W', 'localhost:22', 'gatehouse'])).code).toBe(255);
    const remote = await ssh.run('ssh', [...ssh.options, '-o', 'ExitOnForwardFailure=yes', '-N', '-R', '0:localhost:22', 'gatehouse']);
    expect(remote.code).toBe(255);
  });
});
