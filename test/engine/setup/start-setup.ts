import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { homePath } from '../../../engine/accounts/home.ts';
import { createPasswords } from '../../../engine/accounts/passwords.ts';
import { createSignIn } from '../../../engine/accounts/sign-in.ts';
import type { CheckRow } from '../../../engine/contract/methods/setup.ts';
import type { Settings } from '../../../engine/contract/settings.ts';
import { systemClock } from '../../../engine/lib/clock.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import { createListeners, type Listeners } from '../../../engine/listeners.ts';
import { loadOrCreateCertificate } from '../../../engine/protocols/certificate.ts';
import { type CertificateService, createCertificateService } from '../../../engine/setup/certificate.ts';
import { createSetup, type Setup, type SetupServices } from '../../../engine/setup/index.ts';
import { createVfs } from '../../../engine/vfs/index.ts';
import { startApi, type TestApi, TESTER } from '../../helpers/api.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

export type TestSetup = Pick<TestApi, 'store' | 'events' | 'settings' | 'accounts' | 'recorded' | 'dataFolder'> & {
  readonly setup: Setup;
  readonly certificate: CertificateService;
  readonly listeners: Listeners;
  readonly exchangeFolder: string;
  /** What was pushed, oldest first. */
  readonly pushed: (readonly CheckRow[])[];
};

const NAMES = ['localhost', '127.0.0.1'] as const;

/** The wizard's side of the engine over real listeners on free ports; `listen` says which of them are on. */
export async function startSetup(
  options: {
    readonly listen?: readonly ('sftp' | 'ftp')[];
    readonly host?: string;
    readonly ftp?: Partial<Settings['ftp']>;
    readonly machine?: SetupServices['machine'];
    /** What the self-test takes for our certificate. */
    readonly certificate?: () => Promise<string>;
  } = {},
): Promise<TestSetup> {
  const { listen = [], host = '127.0.0.1' } = options;
  // Both folders apart, as in a real set-up.
  const dataFolder = join(temporaryFolder(), 'data');
  mkdirSync(dataFolder);
  const exchangeFolder = temporaryFolder();
  const { store, events, settings, accounts, recorded, clock } = startApi({ dataFolder });
  await settings.save({ exchange: { folder: exchangeFolder } }, TESTER);
  for (const protocol of listen) {
    const more = protocol === 'ftp' ? { passiveFrom: 43_000, passiveTo: 43_999, ...options.ftp } : {};
    await settings.save({ [protocol]: { enabled: true, host, port: 0, ...more } }, TESTER);
  }
  const log = createLogger(silentSink, 'test');
  const folders = () => ({ dataFolder, exchangeFolder });
  const vfs = createVfs({
    store,
    events,
    clock,
    log,
    settings: () => settings.get().uploads,
    effective: (account) => account,
    mountsOf: () => [],
    homeOf: ({ home }) => homePath(home, folders()),
  });
  accounts.onChange((account, change) => vfs.accountChanged(account, change === 'disabled' || change === 'deleted'));
  const keysFolder = join(dataFolder, 'keys');
  const listeners = createListeners({
    keysFolder,
    logSink: silentSink,
    settings: () => settings.get(),
    services: {
      signIn: createSignIn({ store, events, passwords: createPasswords() }),
      openSession: (login) => vfs.openSession({ ...login, origin: 'client', causedBy: null }),
    },
  });
  onTestFinished(() => listeners.stop(0));
  for (const protocol of listen) await listeners.apply(protocol);
  const tlsFolder = join(keysFolder, 'tls');
  const certificate = createCertificateService({
    folder: tlsFolder,
    names: () => NAMES,
    settings: () => settings.get(),
    events,
    clock: systemClock,
    reload: () => listeners.renewCertificate(),
  });
  const pushed: (readonly CheckRow[])[] = [];
  const setup = createSetup({
    store,
    settings,
    effective: () => settings.get(),
    accounts,
    listeners,
    folders,
    certificate: options.certificate ?? (async () => (await loadOrCreateCertificate(tlsFolder, NAMES)).fingerprint),
    publish: (rows) => pushed.push(rows),
    log,
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  });
  return { store, events, settings, accounts, recorded, dataFolder, setup, certificate, listeners, exchangeFolder, pushed };
}

/** State and message of the row with this id; undefined where there is none. */
export function rowOf(rows: readonly CheckRow[], id: string): CheckRow | undefined {
  return rows.find((row) => row.id === id);
}

/** `id: state` of each row. */
export function states(rows: readonly CheckRow[]): Record<string, CheckRow['state']> {
  return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
}
