import { onTestFinished } from 'vitest';
import { type AdminSignIn, createAdminSignIn } from '../../engine/accounts/admin-sign-in.ts';
import { type Admins, createAdmins } from '../../engine/accounts/admins.ts';
import { type ApiTokens, createApiTokens } from '../../engine/accounts/api-tokens.ts';
import { createAccountsExchange } from '../../engine/accounts/accounts-file.ts';
import { createFolders } from '../../engine/accounts/folders.ts';
import { createGroups } from '../../engine/accounts/groups.ts';
import { exchangeFolderOf } from '../../engine/accounts/home.ts';
import { type ConsolePassword, createConsolePassword } from '../../engine/accounts/console-password.ts';
import { type ConsoleSessions, createConsoleSessions } from '../../engine/accounts/console-sessions.ts';
import { type AddressLists, createAddressLists } from '../../engine/accounts/defender/address-lists.ts';
import { createDefender, type Defender } from '../../engine/accounts/defender/index.ts';
import { createPasswords } from '../../engine/accounts/passwords.ts';
import { createRoles } from '../../engine/accounts/roles.ts';
import { createTwoFactor, type TwoFactor } from '../../engine/accounts/two-factor.ts';
import { type Accounts, createAccounts } from '../../engine/accounts/service.ts';
import { AppError } from '../../engine/contract/errors.ts';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { API_PERMISSIONS } from '../../engine/contract/method.ts';
import { createLookRecorder } from '../../engine/events/look-recorder.ts';
import { createEventLog, type EventLog, SYSTEM } from '../../engine/events/log.ts';
import { createConsoleLink } from '../../engine/http/console-link.ts';
import { createLogger, type LogSink, silentSink } from '../../engine/lib/log.ts';
import type { Caller } from '../../engine/rpc/caller.ts';
import { createDispatch, type Dispatch } from '../../engine/rpc/dispatch.ts';
import { createHandlers } from '../../engine/rpc/handlers.ts';
import { createScopes, type Scopes } from '../../engine/rpc/role-scope.ts';
import { createPushHub, type PushHub } from '../../engine/rpc/push-hub.ts';
import type { RpcServices } from '../../engine/rpc/services.ts';
import { createPreferences } from '../../engine/settings/preferences.ts';
import { createSecretKey } from '../../engine/settings/secret-key.ts';
import { openSettings, type SettingsService } from '../../engine/settings/service.ts';
import { openStore, type Store } from '../../engine/store/index.ts';
import { openSecretStore, type SecretStore } from '../../engine/store/secret-store.ts';
import { temporaryFolder } from './folders.ts';
import { type TestClock, testClock } from './vfs.ts';

/** Everything below the transports on a real database in a temporary folder, without servers and rules. */
export type TestApi = {
  readonly dataFolder: string;
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: TestClock;
  readonly secrets: SecretStore;
  readonly settings: SettingsService;
  readonly accounts: Accounts;
  readonly admins: Admins;
  readonly adminSignIn: AdminSignIn;
  readonly tokens: ApiTokens;
  readonly consoleSessions: ConsoleSessions;
  readonly consolePassword: ConsolePassword;
  readonly lists: AddressLists;
  readonly defender: Defender;
  readonly twoFactor: TwoFactor;
  readonly push: PushHub;
  readonly dispatch: Dispatch;
  readonly scopes: Scopes;
  /** Events of these types, or all, oldest first. */
  readonly recorded: (...types: string[]) => Promise<StoredEvent[]>;
};

/** Who changes something in tests that do not care. */
export const TESTER = { actor: SYSTEM, batchId: null };

/** A caller inside the process that may do everything. */
export const OWNER: Caller = {
  kind: 'owner',
  permissions: new Set(API_PERMISSIONS),
  role: null,
  sessionId: null,
  origin: 'api',
  address: null,
  protocol: null,
  client: null,
};

export function startApi(options: { dataFolder?: string; logSink?: LogSink; status?: RpcServices['status'] } = {}): TestApi {
  const dataFolder = options.dataFolder ?? temporaryFolder();
  const clock = testClock();
  const log = createLogger(options.logSink ?? silentSink, 'test');
  const store = openStore(dataFolder);
  onTestFinished(() => store.close());
  const events = createEventLog({ store, clock, log });
  const secrets = openSecretStore(dataFolder, store.tables.secrets);
  const settings = openSettings({ store, secrets, events, clock, log });
  const folders = () => ({ dataFolder, exchangeFolder: exchangeFolderOf(settings.get().exchange.folder, dataFolder) });
  const passwords = createPasswords();
  const accounts = createAccounts({ store, events, clock, passwords, folders });
  const groups = createGroups({ store, events, clock, accounts, folders });
  const roles = createRoles({ store, events, clock, accounts });
  const virtualFolders = createFolders({ store, events, clock, accounts, folders, secrets });
  const twoFactor = createTwoFactor({ store, secrets, events, clock });
  const isReachable = () => settings.get().console.enabled;
  const admins = createAdmins({ store, events, clock, passwords, twoFactor, isReachable });
  const tokens = createApiTokens({ store, events, clock });
  const adminLimits = () => ({ idleMs: 3_600_000, longestMs: 43_200_000 });
  const consoleSessions = createConsoleSessions({ store, events, clock, admins, adminLimits });
  onTestFinished(() => consoleSessions.close());
  const consolePassword = createConsolePassword({ store, events, passwords, clock });
  const lists = createAddressLists({ store, events, clock });
  const defender = createDefender({ store, events, clock, log, lists, settings: () => settings.get().defender });
  onTestFinished(() => defender.close());
  const adminSignIn = createAdminSignIn({ store, events, clock, passwords, admins, twoFactor, sessions: consoleSessions, defender });
  const push = createPushHub({ events, log });
  const unused = (): never => {
    throw new AppError('unsupported', 'Not part of this test.');
  };
  /** A service that this harness does without: whatever is asked of it is refused. */
  const unbuilt = new Proxy({}, { get: () => unused }) as never;
  /** Rules of which there are none. */
  const noRules = new Proxy(
    { library: { usersOfFolder: () => [], foldersChanged: () => Promise.resolve() } },
    { get: ({ library }, key) => (key === 'library' ? library : unused) },
  ) as never;
  const { openBatch } = store.tables.sessions;
  const scopes = createScopes({ accounts, groups, roles, folders: virtualFolders, places: folders, reader: store.reader });
  const dispatch = createDispatch({
    refuseChanges: () => undefined,
    handlers: createHandlers({
      admins,
      scopes,
      groups,
      roles,
      folders: virtualFolders,
      folderTrees: unbuilt,
      accountsExchange: createAccountsExchange({ store, clock, accounts, groups, roles, folders: virtualFolders }),
      accountViews: { overview: unused, browse: unused },
      liveSessions: { list: () => [], disconnect: unused },
      notifications: { list: unused, markRead: unused, snooze: unused, test: unused },
      preferences: createPreferences(store),
      console: {
        sessions: consoleSessions,
        password: consolePassword,
        clock,
        openLink: (wish) => createConsoleLink({ url: 'http://127.0.0.1:8590', dataFolder, sessions: consoleSessions }, wish),
      },
      defence: { defender, lists },
      twoFactor,
      tokens,
      settings,
      secretKey: createSecretKey({ key: secrets.key, events, clock, changed: () => undefined }),
      rules: noRules,
      pgpKeys: unbuilt,
      exporter: unbuilt,
      looks: createLookRecorder({ events, settings: () => settings.get().log }),
      backups: unbuilt,
      diagnostics: unbuilt,
      setup: unbuilt,
      certificate: unbuilt,
      renewal: unbuilt,
      status: options.status ?? unused,
    }),
    openBatch,
    log,
    checkOutput: true,
  });
  return {
    dataFolder,
    store,
    events,
    clock,
    secrets,
    settings,
    accounts,
    admins,
    adminSignIn,
    tokens,
    consoleSessions,
    consolePassword,
    lists,
    defender,
    twoFactor,
    push,
    dispatch,
    scopes,
    recorded: async (...types) => {
      await events.flush();
      const found = await store.reader.read('events.search', { after: 0, limit: 1000, ...(types.length === 0 ? {} : { types }) });
      return found.events;
    },
  };
}
