import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { AppError, toAppError } from '../../contract/errors.ts';
import type { AcmeState } from '../../contract/methods/certificate.ts';
import type { Settings } from '../../contract/settings.ts';
import { type EventLog, SYSTEM } from '../../events/log.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { importCertificate, type ServerCertificate } from '../../protocols/certificate.ts';
import type { Store } from '../../store/index.ts';
import { newAccountKey, orderCertificate } from './order.ts';

/** Fetches a certificate from an authority, and a new one in time before it ends. */
export type Renewal = {
  /** Orders one when it is time to. Never rejects: a failure is an event, and the next attempt comes later each time. */
  look(): Promise<void>;
  /** Orders one now. Rejects with `conflict` while ACME is off, with `busy` while an order runs, else as the order does; recorded either way. */
  order(): Promise<void>;
  state(): AcmeState;
  /** Whether the certificate of this SHA-256 is the one that was fetched last, and so stands in the log. */
  hasFetched(sha256: string): boolean;
  /** Ends an order that runs; nothing is recorded any more. */
  close(): Promise<void>;
};

export type RenewalServices = {
  readonly store: Store;
  /** Where certificate and account key stand. */
  readonly folder: string;
  readonly settings: () => Pick<Settings, 'acme' | 'server'>;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** The certificate in use; null where there is none that can be read. */
  readonly current: () => Promise<ServerCertificate | null>;
  /** Called with a new certificate in its place: whoever shows one takes it over. */
  readonly renewed: () => Promise<void>;
};

/** What is remembered over restarts. `sha256`: of the certificate that came from `directory` for `domains`. */
type Kept = {
  readonly sha256: string | null;
  readonly directory: string;
  readonly domains: readonly string[];
  readonly failures: number;
  readonly nextAttemptAt: number;
  readonly error: string | null;
};

const NOTHING: Kept = { sha256: null, directory: '', domains: [], failures: 0, nextAttemptAt: 0, error: null };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the first failure; doubled with each further one. Authorities bar who asks too often. */
const FIRST_PAUSE_MS = HOUR_MS;
const LONGEST_PAUSE_MS = DAY_MS;
/** A certificate that is short-lived is renewed when this share of its life is left. */
const LATEST_SHARE = 1 / 3;
const ACCOUNT_KEY_FILE = 'acme-account.pem';
const OWNER_ONLY = 0o600;

/** How long before its end a certificate is renewed, in milliseconds: `days`, or a third of its life where that is shorter. */
export function renewalLeadMs({ cert, validUntilMs }: Pick<ServerCertificate, 'cert' | 'validUntilMs'>, days: number): number {
  const lifeMs = validUntilMs - Date.parse(new X509Certificate(cert).validFrom);
  return Math.min(days * DAY_MS, lifeMs * LATEST_SHARE);
}

export function createRenewal(services: RenewalServices): Renewal {
  const { store, folder, settings, events, clock, log } = services;
  const { meta } = store.tables;
  let running: Promise<void> | null = null;
  const stop = new AbortController();

  function kept(): Kept {
    const text = meta.get('acme');
    return text === null ? NOTHING : { ...NOTHING, ...(JSON.parse(text) as Partial<Kept>) };
  }

  const keep = (next: Kept): void => store.transaction(() => meta.put('acme', JSON.stringify(next)));

  function wantedDomains(): string[] {
    const { acme, server } = settings();
    if (acme.domains.length > 0) return [...acme.domains];
    return server.publicName === '' || isIP(server.publicName) !== 0 ? [] : [server.publicName];
  }

  /** The key by which the authority knows us: made once, kept beside the certificate. */
  async function accountKey(): Promise<string> {
    const file = join(folder, ACCOUNT_KEY_FILE);
    await mkdir(folder, { recursive: true });
    try {
      await chmod(file, OWNER_ONLY);
      return await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const key = await newAccountKey();
    await writeFile(file, key, { mode: OWNER_ONLY, flag: 'wx' });
    return key;
  }

  async function isDue(): Promise<boolean> {
    const { acme } = settings();
    const { sha256, directory, domains, failures, nextAttemptAt } = kept();
    const isOther = directory !== acme.directoryUrl || domains.join() !== wantedDomains().join();
    // What was changed since the last failure may be what was wrong.
    if (failures > 0 && nextAttemptAt > clock.now() && !isOther) return false;
    const current = await services.current();
    return (
      isOther ||
      current === null ||
      current.fingerprint !== sha256 ||
      current.validUntilMs - clock.now() <= renewalLeadMs(current, acme.renewDays)
    );
  }

  async function fetchOne(): Promise<void> {
    const { acme } = settings();
    const domains = wantedDomains();
    try {
      if (domains.length === 0)
        throw new AppError('invalid_input', 'No name is set to order a certificate for. Enter the public name of this server.', {
          field: 'acme.domains',
        });
      const files = await orderCertificate({
        directoryUrl: acme.directoryUrl,
        directoryCa: acme.directoryCa,
        accountKey: await accountKey(),
        domains,
        email: acme.email,
        challenges: { host: acme.challengeHost, port: acme.challengePort },
        signal: stop.signal,
      });
      const certificate = await importCertificate(folder, files, clock);
      keep({ sha256: certificate.fingerprint, directory: acme.directoryUrl, domains, failures: 0, nextAttemptAt: 0, error: null });
      // It is fetched, whatever follows: a server that does not come up says so in its status, a log that cannot write by itself.
      await services.renewed().catch(() => undefined);
      await events
        .record({ type: 'CERTIFICATE', info: { domains, expires: isoTime(certificate.validUntilMs) }, actor: SYSTEM })
        .catch(() => undefined);
      log.info(`A new certificate for ${domains.join(', ')} is in use.`);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!stop.signal.aborted) await failed(domains, error);
      throw error;
    }
  }

  async function failed(domains: readonly string[], { message }: AppError): Promise<void> {
    const before = kept();
    const failures = before.failures + 1;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_MS);
    // Remembered as tried, so that the same failure waits for its time; the certificate stays of whatever it was of.
    keep({ ...before, directory: settings().acme.directoryUrl, domains, failures, nextAttemptAt: clock.now() + pause, error: message });
    const current = await services.current();
    const expires = current === null ? '' : isoTime(current.validUntilMs);
    await events
      .record({ type: 'CERTIFICATE', info: { domains: [...domains], expires, error: message }, actor: SYSTEM, outcome: 'failed' })
      // The log itself reports that it cannot write.
      .catch(() => undefined);
  }

  /** One order at a time. */
  function start(): Promise<void> {
    running ??= fetchOne().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    async look() {
      try {
        if (settings().acme.enabled && running === null && !stop.signal.aborted && (await isDue())) await start();
      } catch (error) {
        if (!stop.signal.aborted) log.warn('no certificate could be fetched', error);
      }
    },
    order() {
      if (!settings().acme.enabled)
        return Promise.reject(new AppError('conflict', 'Certificates are not fetched by ACME. Switch that on first.'));
      if (running !== null) return Promise.reject(new AppError('busy', 'A certificate is being ordered already. Wait for it.'));
      return start();
    },
    hasFetched: (sha256) => kept().sha256 === sha256,
    async close() {
      stop.abort();
      await running?.catch(() => undefined);
    },
    state() {
      const { sha256, domains, nextAttemptAt, failures, error } = kept();
      return {
        enabled: settings().acme.enabled,
        ordering: running !== null,
        fetched: sha256 !== null,
        domains: [...domains],
        error,
        nextAttemptAt: failures === 0 ? null : isoTime(nextAttemptAt),
      };
    },
  };
}
