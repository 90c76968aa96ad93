import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Change } from '../accounts/service.ts';
import type { Output, ParsedInput } from '../contract/rpc.ts';
import { AppError } from '../contract/errors.ts';
import type { Settings } from '../contract/settings.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import { importCertificate, loadOrCreateCertificate, type ServerCertificate } from '../protocols/certificate.ts';
import type { CertificateNames } from '../protocols/self-signed.ts';
import { renewalLeadMs } from './acme/renewal.ts';

/** The certificate of FTPS, as the console shows and replaces it. */
export type CertificateService = {
  /** Made when there is none yet. Rejects with `secret_unreadable`. */
  get(): Promise<Output<'certificate.get'>>;
  /**
   * Checks it, keeps it, shows it to whoever connects from now on. Rejects with `conflict` while certificates are fetched by ACME, with
   * `invalid_input` and the field for what cannot be used; the one before then stays in use. A listener that cannot be started says so in
   * its own status.
   */
  import(files: ParsedInput<'certificate.import'>, by: Change): Promise<Output<'certificate.import'>>;
};

export type CertificateServices = {
  readonly folder: string;
  /** For a certificate of our own. */
  readonly names: () => CertificateNames;
  readonly settings: () => Pick<Settings, 'acme' | 'server'>;
  readonly events: EventLog;
  readonly clock: Clock;
  /** Called with a new one in its place: whoever shows it takes it over. */
  readonly reload: () => Promise<void>;
};

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

export function createCertificateService(services: CertificateServices): CertificateService {
  const { folder, names, settings, events, clock } = services;

  function describe(certificate: ServerCertificate): Output<'certificate.get'> {
    const leaf = new X509Certificate(certificate.cert);
    return {
      subject: leaf.subject,
      issuer: leaf.issuer,
      names: namesOf(leaf),
      validFrom: isoTime(Date.parse(leaf.validFrom)),
      validTo: isoTime(certificate.validUntilMs),
      sha256: certificate.fingerprint,
      selfSigned: leaf.checkIssued(leaf),
      warnings: warnings(leaf, certificate),
    };
  }

  /** How long before its end a person has to hear of it. One that is renewed by itself is worth a word when that has failed for half the time it had. */
  function soonMs(certificate: ServerCertificate): number {
    const { acme } = settings();
    return acme.enabled ? renewalLeadMs(certificate, acme.renewDays) / 2 : SOON_DAYS * DAY_MS;
  }

  function warnings(leaf: X509Certificate, certificate: ServerCertificate): string[] {
    const found: string[] = [];
    const leftMs = certificate.validUntilMs - clock.now();
    const days = Math.floor(leftMs / DAY_MS);
    if (days < 0) found.push('It has expired: partners are refused by their own programs. Import a new one.');
    else if (leftMs < soonMs(certificate)) found.push(`It expires in ${days === 1 ? 'one day' : `${days} days`}. Get a new one in time.`);
    if (Date.parse(leaf.validFrom) > clock.now()) found.push('It is not valid yet. Check the clock of this machine.');
    const { publicName } = settings().server;
    const certified = isIP(publicName) === 0 ? leaf.checkHost(publicName) : leaf.checkIP(publicName);
    if (publicName !== '' && certified === undefined)
      found.push(`It is not made for ${publicName}, the name partners use: their programs warn them.`);
    return found;
  }

  return {
    get: async () => describe(await loadOrCreateCertificate(folder, names(), clock)),
    async import(files, by) {
      if (settings().acme.enabled)
        throw new AppError('conflict', 'The certificate is fetched from an authority. Switch that off first to bring one of your own.');
      // What stands there may be the damaged one that is to be replaced.
      const before = await loadOrCreateCertificate(folder, names(), clock).catch(() => null);
      const { sha256, names: certified, validTo, warnings: found } = describe(await importCertificate(folder, files, clock));
      await events.record({
        type: 'BASE_CONFIG_UPDATE',
        info: { sections: ['certificate'], old: { sha256: before?.fingerprint ?? null }, new: { sha256, names: certified, validTo } },
        actor: by.actor,
        batchId: by.batchId,
      });
      // Why it does not come up again, such as a port that was taken meanwhile, stands in its status; the import has succeeded.
      await services.reload().catch(() => undefined);
      return { sha256, names: certified, validTo, warnings: found };
    },
  };
}

/** Host names and addresses that the certificate is for. */
function namesOf(leaf: X509Certificate): string[] {
  return (leaf.subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '');
}
