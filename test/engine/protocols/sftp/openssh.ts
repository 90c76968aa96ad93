import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../helpers/folders.ts';
import type { TestSftp } from './start-sftp.ts';

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** OpenSSH's clients, signed in with the key of the test's account. Every run is ended after a time. */
export type OpenSsh = {
  /** A folder of the client's own, where its commands run. */
  readonly folder: string;
  run(program: string, args: readonly string[], input?: string): Promise<Ran>;
  /** `sftp -b -` with these commands; it stops at the first that fails. */
  sftp(commands: readonly string[], options?: readonly string[]): Promise<Ran>;
  /** The options that every OpenSSH program needs to find the server. */
  readonly options: readonly string[];
};

const SECONDS = '25';

export function openSsh(test: TestSftp): OpenSsh {
  const folder = temporaryFolder('gatehouse-client-');
  const identity = join(folder, 'id');
  const config = join(folder, 'config');
  writeFileSync(identity, test.key.private);
  chmodSync(identity, 0o600);
  writeFileSync(
    config,
    [
      'Host gatehouse',
      'HostName 127.0.0.1',
      `Port ${test.server.port}`,
      'User user',
      `IdentityFile ${identity}`,
      'IdentitiesOnly yes',
      'BatchMode yes',
      'StrictHostKeyChecking no',
      'UserKnownHostsFile /dev/null',
      'LogLevel ERROR',
      '',
    ].join('\n'),
  );
  const run = (program: string, args: readonly string[], input = ''): Promise<Ran> =>
    new Promise((resolve) => {
      const child = execFile('timeout', [SECONDS, program, ...args], { cwd: folder, encoding: 'utf8' }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  const options = ['-F', config];
  return {
    folder,
    run,
    options,
    sftp: (commands, more = []) => run('sftp', [...options, ...more, '-b', '-', 'gatehouse'], `${commands.join('\n')}\n`),
  };
}
