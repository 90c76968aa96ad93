import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSsh } from './openssh.ts';
import { startSftp } from './start-sftp.ts';

const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

it('answers checksums, cd and pwd as a shell would, and records them', async () => {
  const test = await startSftp();
  const ssh = openSsh(test);
  const command = (line: string, input = ''): ReturnType<typeof ssh.run> => ssh.run('ssh', [...ssh.options, 'gatehouse', line], input);
  mkdirSync(test.home('in'), { recursive: true });
  writeFileSync(test.home('a b'), 'content');
  writeFileSync(test.home('in', 'c'), 'other');
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'])
    expect(await command(`${algorithm}sum 'a b'`)).toEqual({ code: 0, stdout: `${digest(algorithm, 'content')}  a b\n`, stderr: '' });
  expect(await command('md5sum -- /in/c missing "a b"')).toEqual({
    code: 1,
    stdout: `${digest('md5', 'other')}  /in/c\n${digest('md5', 'content')}  a b\n`,
    stderr: expect.stringMatching(/^md5sum: missing: [^\n]+\n$/) as string,
  });
  expect(await command('sha256sum', 'typed')).toMatchObject({ code: 0, stdout: `${digest('sha256', 'typed')}  -\n` });
  expect(await command('pwd')).toEqual({ code: 0, stdout: '/\n', stderr: '' });
  expect(await command('cd in')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await command('cd missing')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^cd: /) as string });
  for (const line of ['md5sum -c list', 'md5sum a; id', 'echo x', 'cd a b', 'md5sum *']) {
    const ran = await command(line);
    expect(ran, line).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr, line).toMatch(/offered|offers SFTP only/);
  }
  const recorded = await test.recorded('SSH_COMMAND');
  expect(recorded.map(({ info, path }) => `${info['command'] as string} ${String(path)}`)).toEqual([
    'md5sum /a b',
    'sha1sum /a b',
    'sha256sum /a b',
    'sha512sum /a b',
    'md5sum /in/c',
    'md5sum /a b',
    'pwd /',
    'cd /in',
  ]);
});

it('lets rclone compare checksums', async () => {
  const test = await startSftp();
  const ssh = openSsh(test);
  mkdirSync(test.home(), { recursive: true });
  writeFileSync(test.home('odd $(x) [1].bin'), 'content');
  writeFileSync(join(ssh.folder, 'odd $(x) [1].bin'), 'content');
  const remote = `:sftp,host=127.0.0.1,port=${test.server.port},user=user,key_file=${join(ssh.folder, 'id')},shell_type=unix:`;
  const sums = await ssh.run('rclone', ['--config', '', 'md5sum', remote]);
  expect(sums).toMatchObject({ code: 0, stdout: `${digest('md5', 'content')}  odd $(x) [1].bin\n` });
});
