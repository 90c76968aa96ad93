import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SignIn } from '../../../../engine/accounts/types.ts';
import type { Account } from '../../../../engine/contract/account.ts';
import { AppError } from '../../../../engine/contract/errors.ts';
import { createLogger, silentSink } from '../../../../engine/lib/log.ts';
import { type HostKey, loadHostKeys } from '../../../../engine/protocols/host-keys.ts';
import { createSftpServer, type SftpServerOptions } from '../../../../engine/protocols/sftp/server.ts';
import type { ProtocolServer } from '../../../../engine/protocols/types.ts';
import type { Session } from '../../../../engine/vfs/types.ts';
import { clientKeys } from '../../../helpers/ssh-keys.ts';
import { startVfs, type TestVfs } from '../../../helpers/vfs.ts';

export type KeyPair = { readonly private: string; readonly public: string };

export const PASSWORD = 'correct horse';

export type TestSftp = TestVfs & {
  readonly server: ProtocolServer;
  readonly hostKeys: readonly HostKey[];
  readonly user: Account;
  /** A key that the account `user` may sign in with. */
  readonly key: KeyPair;
  /** What the check of credentials was asked, oldest first: `password:user`, `probe:user`, `key:user:true`. */
  readonly asked: string[];
  /** Sessions that were opened, oldest first. */
  readonly sessions: Session[];
  /** From now on every key of `user` is a known one. */
  acceptAnyKey(): void;
  /** From now on nobody may come in, whatever the credentials. */
  refuseSessions(): void;
  /** Real path of a file in the home of `user`. */
  home(...names: string[]): string;
};

/** An SFTP server over a real vfs, with one account `user`; its sign-in knows the one password and the one key. */
export async function startSftp(
  options: Partial<Pick<SftpServerOptions, 'compatibility' | 'rekey' | 'limits'>> & { readonly account?: Partial<Account> } = {},
): Promise<TestSftp> {
  const test = await startVfs();
  const user = test.account('user', options.account);
  const key = clientKeys();
  const [, keyBlob = ''] = key.public.split(' ');
  const hostKeys = await loadHostKeys(join(test.dataFolder, 'keys'), options.compatibility ?? false);
  const asked: string[] = [];
  const sessions: Session[] = [];
  let anyKey = false;
  let refuses = false;
  const isKnown = (username: string, blob: Uint8Array): boolean =>
    username === 'user' && (anyKey || Buffer.from(blob).toString('base64') === keyBlob);
  const signIn: SignIn = {
    withPassword(attempt, password) {
      asked.push(`password:${attempt.username}`);
      return Promise.resolve(attempt.username === 'user' && password === PASSWORD ? user : null);
    },
    knowsKey(attempt, offered) {
      asked.push(`probe:${attempt.username}`);
      return Promise.resolve(isKnown(attempt.username, offered.blob));
    },
    withKey(attempt, offered, signatureValid) {
      asked.push(`key:${attempt.username}:${String(signatureValid)}`);
      return Promise.resolve(signatureValid && isKnown(attempt.username, offered.blob) ? user : null);
    },
  };
  const server = await createSftpServer(
    {
      host: '127.0.0.1',
      port: 0,
      hostKeys,
      limits: options.limits ?? { loginGraceMs: 10_000, maxAuthAttempts: 6, maxConnections: 50 },
      compatibility: options.compatibility ?? false,
      ...(options.rekey === undefined ? {} : { rekey: options.rekey }),
    },
    {
      signIn,
      log: createLogger(silentSink, 'sftp'),
      openSession: async ({ account, ...login }) => {
        if (refuses) throw new AppError('permission_denied');
        const session = await test.login(account, login);
        sessions.push(session);
        return session;
      },
    },
  );
  onTestFinished(() => server.stop(0));
  return {
    ...test,
    server,
    hostKeys,
    user,
    key,
    asked,
    sessions,
    acceptAnyKey: () => void (anyKey = true),
    refuseSessions: () => void (refuses = true),
    home: (...names) => join(test.exchange, 'user', ...names),
  };
}
