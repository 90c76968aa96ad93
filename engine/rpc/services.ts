import type { ApiTokens } from '../accounts/api-tokens.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Output } from '../contract/rpc.ts';
import type { Notifications } from '../notifications/service.ts';
import type { AccountViews } from '../partners/account-views.ts';
import type { LiveSessions } from '../partners/live-sessions.ts';
import type { Preferences } from '../settings/preferences.ts';
import type { Rules } from '../rules/index.ts';
import type { SecretKey } from '../settings/secret-key.ts';
import type { SettingsService } from '../settings/service.ts';
import type { EventExporter } from '../events/export.ts';
import type { CertificateService } from '../setup/certificate.ts';
import type { Setup } from '../setup/index.ts';
import type { Backups } from '../upkeep/backups.ts';
import type { Reader } from '../store/reader.ts';
import type { ConsoleServices } from './handlers/console.ts';
import type { DefenceServices } from './handlers/defence.ts';

/** What the methods of the table are made of. */
export type RpcServices = {
  readonly accounts: Accounts;
  readonly console: ConsoleServices;
  readonly defence: DefenceServices;
  readonly accountViews: AccountViews;
  readonly liveSessions: Pick<LiveSessions, 'disconnect'>;
  readonly notifications: Pick<Notifications, 'list' | 'markRead' | 'snooze' | 'test'>;
  readonly preferences: Preferences;
  readonly tokens: ApiTokens;
  readonly settings: SettingsService;
  readonly secretKey: SecretKey;
  readonly rules: Rules;
  readonly reader: Reader;
  readonly exporter: EventExporter;
  readonly backups: Backups;
  readonly setup: Setup;
  readonly certificate: CertificateService;
  readonly status: () => Output<'server.status'> | Promise<Output<'server.status'>>;
};
