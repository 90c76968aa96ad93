import { basename, dirname } from 'node:path';
import type { Client, Target } from './clients.ts';
import { temporaryFolder } from './folders.ts';
import { type Finished, run } from './run.ts';

/** ncftpput, ncftpget, ncftpls, and ncftp itself where those cannot do it. */
export function ncftp({ port, username, password, timeoutMs, signal }: Target): Client {
  const env = { HOME: temporaryFolder() };
  const as = ['-u', username, '-p', password, '-P', String(port)];
  const call = (program: string, args: readonly string[], input?: string): Promise<Finished> =>
    run(program, args, { env, timeoutMs, signal, ...(input === undefined ? {} : { input }) });
  const quote = (path: string): string => `"${path}"`;
  const interactive = async (...commands: string[]): Promise<Finished> => {
    const finished = await call('ncftp', [...as, '127.0.0.1'], `${commands.join('\n')}\nquit\n`);
    // It leaves with 0 whatever became of the commands.
    return /^(?:5\d\d |.*(?:failed|not found|No such file|permission))/im.test(finished.stdout + finished.stderr)
      ? { ...finished, code: 1 }
      : finished;
  };
  return {
    name: 'ncftp',
    put: (local, remote) => call('ncftpput', [...as, '-C', '127.0.0.1', local, remote]),
    get: (remote, local) => call('ncftpget', [...as, '-Z', '-C', '127.0.0.1', remote, local]),
    // No resumePut: 3.2.6 sends the whole file from the offset on (it ignores the offset in its call of sendfile).
    resumeGet: (remote, local) => call('ncftpget', [...as, '-z', '-C', '127.0.0.1', remote, local]),
    manage: {
      rename: (from, to) => interactive(`rename ${quote(from)} ${quote(to)}`),
      remove: (path) => interactive(`cd ${quote(dirname(path))}`, `rm ${quote(basename(path))}`),
      mkdir: (path) => interactive(`mkdir ${quote(path)}`),
      rmdir: (path) => interactive(`rmdir ${quote(path)}`),
    },
    list: (path) => call('ncftpls', [...as, '-l', `ftp://127.0.0.1${path}/`]),
  };
}
