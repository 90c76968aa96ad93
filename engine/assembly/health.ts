import type { HttpServer } from '../http/server.ts';
import { createLayoutRevision, type LayoutRevision } from '../layout-revision.ts';
import { createNotifications, type Notifications } from '../notifications/service.ts';
import { createStatus, diskOf, type Status } from '../status.ts';
import type { Thresholds } from '../rules/watch.ts';
import type { CertificateService } from '../setup/certificate.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import type { Base } from './base.ts';
import type { Partners } from './partners.ts';
import type { RemoteConsole } from './remote-console.ts';

/** How the engine is, and who is told of it. */
export type Health = {
  readonly report: Status;
  readonly notifications: Notifications;
  readonly warnings: Warnings;
  readonly layout: LayoutRevision;
  /** Looks at everything again, and tells consoles, log and notifications what has changed. */
  tell(): void;
  /** Shows the certificate that stands in its place now, without ending a session; a server that could not start for the old one tries again. */
  reloadCertificate(): Promise<void>;
  /** Opens, moves or closes a listener as the settings say, and tells how that went. Rejects as the listener does. */
  applyListener(protocol: 'sftp' | 'ftp'): Promise<void>;
};

export function assembleHealth(
  base: Base,
  { accounts, liveSessions, listeners }: Partners,
  parts: {
    readonly http: () => HttpServer | undefined;
    readonly console: () => RemoteConsole;
    readonly certificate: () => CertificateService;
    /** Whether an authority's certificate of this SHA-256 stands in the log already. */
    readonly hasFetched: (sha256: string) => boolean;
    readonly thresholds: () => Thresholds;
  },
): Health {
  const { store, events, clock, settings, effective, folders } = base;
  const effectiveList = { list: () => accounts.list().map((account) => accounts.effective(account)) };
  const report = createStatus({
    startedAt: clock.now(),
    listeners,
    http: parts.http,
    console: () => parts.console().status(),
    liveSessions,
    settings: effective,
    exchangeFolder: () => folders().exchangeFolder,
    unreadableSettings: settings.unreadable,
    secretsTrouble: () => base.secrets.key.state().trouble,
    logTrouble: () => events.trouble(),
    damage: () => store.damage.found(),
  });
  const notifications = createNotifications({
    store,
    events,
    clock,
    log: base.logger('notifications'),
    settings: () => effective().notifications,
    publish: base.publish,
  });
  const layout = createLayoutRevision({
    store,
    events,
    accounts: effectiveList,
    exchangeFolder: () => folders().exchangeFolder,
    log: base.logger('layout'),
  });
  const warnings = createWarnings({
    store,
    events,
    log: base.logger('warnings'),
    problems: () => report.problems(),
    disk: () => diskOf(folders().exchangeFolder),
    accounts: () => effectiveList.list(),
    thresholds: parts.thresholds,
    certificate: async () => {
      if (listeners.status('ftp').state !== 'listening' && parts.console().status().state !== 'listening') return null;
      const found = await parts.certificate().get();
      return { ...found, isTold: parts.hasFetched(found.sha256) };
    },
  });

  function tell(): void {
    const problems = report.problems();
    base.publish({ kind: 'health', problems });
    // Nothing of it could be kept.
    if (store.damage.found() !== null) return;
    void warnings.look();
    notifications.health(problems);
  }
  const applyListener = (protocol: 'sftp' | 'ftp'): Promise<void> => listeners.apply(protocol).finally(tell);

  async function reloadCertificate(): Promise<void> {
    try {
      await parts.console().renewCertificate();
      await (listeners.status('ftp').state === 'listening' ? listeners.renewCertificate() : listeners.apply('ftp'));
    } finally {
      tell();
    }
  }

  accounts.onChange((_account, _change, by) => void layout.look(by));
  settings.onChange('exchange', (_now, _before, by) => layout.look(by));
  settings.onChange('notifications', () => notifications.settle());
  settings.onChange('server', tell);
  for (const protocol of ['sftp', 'ftp'] as const) settings.onChange(protocol, () => applyListener(protocol));
  settings.onChange('console', () => parts.console().apply().finally(tell));
  events.onTrouble(tell);
  store.damage.onFound(tell);
  return { report, notifications, warnings, layout, tell, applyListener, reloadCertificate };
}
