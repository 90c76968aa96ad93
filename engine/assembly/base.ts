import { hasFullAdmin } from '../accounts/admins.ts';
import { ensureExchangeFolder, exchangeFolderOf } from '../accounts/home.ts';
import { AppError } from '../contract/errors.ts';
import type { PushMessage } from '../contract/push.ts';
import { type Settings, type SettingsSection, settingsSchema } from '../contract/settings.ts';
import { type CallRecorder, createCallRecorder } from '../events/call-recorder.ts';
import { createEventLog, type EventLog } from '../events/log.ts';
import { createProgressRecorder } from '../events/progress-recorder.ts';
import { openReserve } from '../events/reserve.ts';
import type { Clock } from '../lib/clock.ts';
import { createLogger, type Logger, type LogSink } from '../lib/log.ts';
import { createPushHub, type PushHub } from '../rpc/push-hub.ts';
import { createPgpKeys, type PgpKeys } from '../settings/pgp-keys.ts';
import { openSettings, type SettingsService } from '../settings/service.ts';
import type { KeyWrap } from '../store/data-key.ts';
import type { Store } from '../store/index.ts';
import { openSecretStore, type SecretStore } from '../store/secret-store.ts';
import { checkBackupFolder } from '../upkeep/backups.ts';
import { type Overrides, withOverrides } from './overrides.ts';

/** What every other part stands on: the store, the log, secrets, settings, and the way to listening consoles. */
export type Base = {
  readonly dataFolder: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly logSink: LogSink;
  readonly logger: (scope: string) => Logger;
  readonly events: EventLog;
  readonly secrets: SecretStore;
  readonly settings: SettingsService;
  readonly pgpKeys: PgpKeys;
  /** The settings as they hold for this run, what the command line says included. */
  readonly effective: () => Settings;
  readonly folders: () => { readonly dataFolder: string; readonly exchangeFolder: string };
  readonly push: PushHub;
  readonly calls: CallRecorder;
  /** Tells listening consoles, and the log of what it keeps of progress. */
  readonly publish: (message: PushMessage) => void;
};

export type BaseOptions = {
  readonly dataFolder: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly logSink: LogSink;
  readonly overrides: Overrides;
  readonly keyWrap: KeyWrap | undefined;
};

/** Why the console is served to this machine only. */
export const NO_ADMIN =
  'The console can be reached from other machines only when there is an administrator who may do everything and has a password. Make one first, under Settings, Administrators, or with: gatehouse call admins.save';

/** Rejects with `folder_missing` or `folder_not_writable` where the exchange folder cannot be used. */
export async function assembleBase({ dataFolder, store, clock, logSink, overrides, keyWrap }: BaseOptions): Promise<Base> {
  const logger = (scope: string): Logger => createLogger(logSink, scope);
  const reserve = openReserve(dataFolder);
  const events = createEventLog({ store, clock, log: logger('events'), settings: () => settings.get().log, reserve });
  const secrets = openSecretStore(dataFolder, store.tables.secrets, { keyWrap, log: logger('secrets') });
  const settings = openSettings({
    store,
    secrets,
    events,
    clock,
    log: logger('settings'),
    check: async (next, before) => {
      await ensureExchangeFolder(next.exchange.folder, dataFolder);
      if (next.console.enabled && !before.console.enabled && !hasFullAdmin(store))
        throw new AppError('invalid_input', NO_ADMIN, { field: 'console.enabled' });
      // A disk for backups that is not connected now is no reason to refuse other changes.
      if (next.backup.folder !== before.backup.folder)
        await checkBackupFolder(next.backup.folder, exchangeFolderOf(next.exchange.folder, dataFolder));
    },
  });
  const effective = (): Settings => withOverrides(settings.get(), overrides);
  const folders = () => ({ dataFolder, exchangeFolder: exchangeFolderOf(effective().exchange.folder, dataFolder) });
  await ensureExchangeFolder(effective().exchange.folder, dataFolder);
  store.setDurability(effective().uploads.durability);
  settings.onChange('uploads', ({ durability }) => store.setDurability(durability));

  const push = createPushHub({ events, log: logger('push') });
  const progress = createProgressRecorder({
    events,
    clock,
    settings: () => effective().log.apiProgress,
    accountOf: (username) => store.tables.accounts.byUsername(username)?.account,
  });
  const calls = createCallRecorder({ events, settings: () => settings.get().log.apiCalls });
  for (const section of Object.keys(settingsSchema.shape) as SettingsSection[]) {
    settings.onChange(section, () => push.publish({ kind: 'config-changed', sections: [section] }));
  }
  return {
    dataFolder,
    store,
    clock,
    logSink,
    logger,
    events,
    secrets,
    settings,
    pgpKeys: createPgpKeys({ store, secrets, events, clock }),
    effective,
    folders,
    push,
    calls,
    publish(message) {
      push.publish(message);
      progress.onPush(message);
    },
  };
}
