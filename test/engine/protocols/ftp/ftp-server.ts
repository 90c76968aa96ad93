import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Account } from '../../../../engine/contract/account.ts';
import { createLogger } from '../../../../engine/lib/log.ts';
import { loadOrCreateCertificate } from '../../../../engine/protocols/certificate.ts';
import type { FtpLimits, FtpServerOptions } from '../../../../engine/protocols/ftp/options.ts';
import { createFtpServer } from '../../../../engine/protocols/ftp/server.ts';
import type { ProtocolServices } from '../../../../engine/protocols/types.ts';
import type { Decide, Session } from '../../../../engine/vfs/types.ts';
import { startVfs, type TestVfs } from '../../../helpers/vfs.ts';

/** The password of every account of these tests. */
export const PASSWORD = 'correct "horse"  -p staple';

export type TestFtp = TestVfs & {
  readonly port: number;
  /** The port with implicit TLS; null without one. */
  readonly implicitTlsPort: number | null;
  /** Real path of the home of `partner`, the account that exists. */
  readonly home: string;
  /** Path of the certificate, for clients that verify it. */
  readonly certificateFile: string;
  /** What the program's own log says. */
  readonly logged: string[];
  readonly stop: (graceMs: number) => Promise<void>;
};

type Options = Partial<Omit<FtpServerOptions, 'limits' | 'certificate'>> & {
  readonly limits?: Partial<FtpLimits>;
  readonly account?: Partial<Account>;
  readonly decide?: Decide;
  /** `decide` is asked about complete uploads too, before they are published. */
  readonly holdsUploads?: boolean;
  /** Stands between the server and the session, to slow or break single calls. */
  readonly wrap?: (session: Session) => Session;
  readonly signIn?: ProtocolServices['signIn']['withPassword'];
};

/** Passive ports of these tests; each server gets a stretch of its own, so that files running side by side do not meet. */
let nextPassive = 20_000 + (process.pid % 400) * 100;

/** An FTP server on 127.0.0.1 above a real vfs, with one account `partner`; stopped when the test has finished. */
export async function startFtp(options: Options = {}): Promise<TestFtp> {
  const { account: changes = {}, decide, holdsUploads = false, wrap = (session: Session) => session, signIn, ...server } = options;
  const test = await startVfs(decide === undefined ? {} : { decide, holdsUploads: () => holdsUploads });
  const account = test.account('partner', changes);
  const certificateFolder = join(test.dataFolder, 'tls');
  const certificate = await loadOrCreateCertificate(certificateFolder, ['localhost', '127.0.0.1', '::1']);
  const logged: string[] = [];
  const passiveFrom = nextPassive;
  nextPassive += 20;
  const running = await createFtpServer(
    {
      host: '127.0.0.1',
      port: 0,
      passiveFrom,
      passiveTo: passiveFrom + 19,
      publicAddress: '',
      requireTls: false,
      certificate,
      clock: test.clock,
      ...server,
    },
    {
      signIn: {
        withPassword:
          signIn ?? (({ username }, password) => Promise.resolve(username === 'partner' && password === PASSWORD ? account : null)),
        knowsKey: () => Promise.resolve(false),
        withKey: () => Promise.resolve(null),
      },
      openSession: async (login) => wrap(await test.vfs.openSession({ ...login, origin: 'client', causedBy: null })),
      log: createLogger(({ level, message }) => logged.push(`${level}: ${message}`), 'ftp'),
    },
  );
  onTestFinished(() => running.stop(0));
  return {
    ...test,
    port: running.port,
    implicitTlsPort: running.implicitTlsPort,
    home: join(test.exchange, 'partner'),
    certificateFile: join(certificateFolder, 'tls-certificate.pem'),
    logged,
    stop: (graceMs) => running.stop(graceMs),
  };
}
