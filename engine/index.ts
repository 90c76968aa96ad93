import { join } from 'node:path';
import { createApiTokens } from './accounts/api-tokens.ts';
import { ensureExchangeFolder, exchangeFolderOf, homePath } from './accounts/home.ts';
import { createConsolePassword } from './accounts/console-password.ts';
import { createConsoleSessions } from './accounts/console-sessions.ts';
import { createPasswords } from './accounts/passwords.ts';
import { createAccounts } from './accounts/service.ts';
import { createSignIn } from './accounts/sign-in.ts';
import { AppError } from './contract/errors.ts';
import type { PushMessage } from './contract/push.ts';
import { type Settings, type SettingsSection, settingsSchema } from './contract/settings.ts';
import { createEventExporter } from './events/export.ts';
import { createCallRecorder } from './events/call-recorder.ts';
import { retentionPlan } from './events/keeping.ts';
import { createProgressRecorder } from './events/progress-recorder.ts';
import { createEventLog, type EventLog, SYSTEM } from './events/log.ts';
import { openReserve } from './events/reserve.ts';
import { consoleFolder, openConsoleFiles } from './http/console-files.ts';
import { createConsoleLink, removeRedirectFiles } from './http/console-link.ts';
import { type ApiServices, handleApi } from './http/api/index.ts';
import { removeEngineFile, writeEngineFile } from './http/engine-file.ts';
import { createHttpServer, DEFAULT_HTTP_PORT, type HttpServer } from './http/server.ts';
import { createEventPoll } from './events/poll.ts';
import { ownNames } from './lib/own-addresses.ts';
import { loadOrCreateCertificate } from './protocols/certificate.ts';
import { createCertificateService } from './setup/certificate.ts';
import { createSetup } from './setup/index.ts';
import { createLayoutRevision } from './layout-revision.ts';
import { createListeners, type PartnerProtocol } from './listeners.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { prepareDataFolder } from './lib/data-folder.ts';
import { createLogger, type LogSink, silentSink } from './lib/log.ts';
import { openLogFile } from './lib/log-file.ts';
import { VERSION } from './lib/version.ts';
import { createNotifications } from './notifications/service.ts';
import { createAccountViews } from './partners/account-views.ts';
import { createConnectionWatch } from './partners/connection-watch.ts';
import { createLiveSessions } from './partners/live-sessions.ts';
import { createDispatch, type Dispatch } from './rpc/dispatch.ts';
import { createHandlers } from './rpc/handlers.ts';
import { createPushHub, type PushHub } from './rpc/push-hub.ts';
import { createConnector } from './outbound/connector.ts';
import { createRules } from './rules/index.ts';
import { createPreferences } from './settings/preferences.ts';
import { createSecretKey } from './settings/secret-key.ts';
import { openSettings } from './settings/service.ts';
import { createStatus, diskOf } from './status.ts';
import { openStore, type Store } from './store/index.ts';
import { lockInstance } from './store/instance-lock.ts';
import type { KeyWrap } from './store/data-key.ts';
import { openSecretStore } from './store/secret-store.ts';
import { createVfs, recoverUploads } from './vfs/index.ts';
import { createWarnings } from './warnings.ts';

type Endpoint = { readonly host: string; readonly port: number };

export type EngineOptions = {
  /** Made when only its last component is missing. */
  readonly dataFolder: string;
  /** For this run only, over what the settings say: a listener named here is on. */
  readonly overrides?: {
    readonly http?: Endpoint;
    readonly sftp?: Endpoint;
    readonly ftp?: Endpoint;
    readonly passive?: { readonly from: number; readonly to: number };
  };
  readonly logSink?: LogSink;
  /** The shell's protection of the key of the stored secrets; without one the mode of its file protects it. */
  readonly keyWrap?: KeyWrap;
  /** Another build of the console than this program's own; for tests. */
  readonly consoleFolder?: string;
  readonly clock?: Clock;
  /** Also checks every answer of the API against its schema; for tests and development. */
  readonly checkOutput?: boolean;
};

/** Where a started engine is reached. Ports are null for listeners that are off. */
export type EngineAddresses = { readonly http: string; readonly sftp: number | null; readonly ftp: number | null; readonly token: string };

/** The whole product without a shell: it does not know whether Electron, the command line or a test hosts it. */
export type Engine = {
  /** Opens the listeners. Rejects, with everything closed again, when one that was asked for by `overrides` cannot be opened. */
  start(): Promise<EngineAddresses>;
  /** Lets transfers go on for `graceMs`, parks the runs, closes everything. Idempotent. */
  stop(graceMs: number): Promise<void>;
  readonly dispatch: Dispatch;
  readonly push: PushHub;
  readonly events: EventLog;
};

const EXPIRY_EVERY_MS = 3_600_000;
const WATCH_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Opens the data folder and puts right what an unannounced stop left. Rejects with the AppErrors of its parts: `already_running`,
 * `database_newer`, `database_damaged`, `folder_missing`, `folder_not_writable`, `network_file_system` …
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { dataFolder, overrides = {}, clock = systemClock } = options;
  const shellSink = options.logSink ?? silentSink;
  const lock = lockInstance(prepareDataFolder(dataFolder, { isDefault: false }));
  const logFile = openLogFile(join(dataFolder, 'logs', 'gatehouse.log'), {
    clock,
    onTrouble: (message) => shellSink({ level: 'warn', scope: 'log', message }),
  });
  const logSink: LogSink = (line) => {
    shellSink(line);
    logFile.sink(line);
  };
  const log = createLogger(logSink, 'engine');
  let store: Store | undefined;
  try {
    store = openStore(dataFolder);
    return await assemble(store);
  } catch (error) {
    await store?.close();
    logFile.close();
    lock.release();
    throw error;
  }

  async function assemble(store: Store): Promise<Engine> {
    const reserve = openReserve(dataFolder);
    const events = createEventLog({ store, clock, log: createLogger(logSink, 'events'), settings: () => settings.get().log, reserve });
    const secrets = openSecretStore(dataFolder, store.tables.secrets, { keyWrap: options.keyWrap, log: createLogger(logSink, 'secrets') });
    const settings = openSettings({
      store,
      secrets,
      events,
      clock,
      log: createLogger(logSink, 'settings'),
      check: async (next) => {
        await ensureExchangeFolder(next.exchange.folder, dataFolder);
      },
    });
    const effective = (): Settings => withOverrides(settings.get(), overrides);
    const folders = () => ({ dataFolder, exchangeFolder: exchangeFolderOf(effective().exchange.folder, dataFolder) });
    await ensureExchangeFolder(effective().exchange.folder, dataFolder);
    store.setDurability(effective().uploads.durability);
    settings.onChange('uploads', ({ durability }) => store.setDurability(durability));

    const passwords = createPasswords();
    const accounts = createAccounts({ store, events, clock, passwords, folders });
    const vfs = createVfs({
      store,
      events,
      clock,
      log: createLogger(logSink, 'vfs'),
      settings: () => ({ copyLimitBytes: effective().uploads.copyLimitBytes }),
      transferBegan: () => liveSessions.transferBegan(),
      homeOf: ({ home }) => homePath(home, folders()),
    });
    accounts.onChange((account, change) => vfs.accountChanged(account, change === 'disabled' || change === 'deleted'));

    const push = createPushHub({ events, log: createLogger(logSink, 'push') });
    const progress = createProgressRecorder({ events, clock, settings: () => effective().log.apiProgress });
    const calls = createCallRecorder({ events, settings: () => effective().log.apiCalls });
    const publish = (message: PushMessage): void => {
      push.publish(message);
      progress.onPush(message);
    };
    const liveSessions = createLiveSessions({
      sessions: () => vfs.sessions(),
      transfersOf: (session) => session.transfers(),
      accounts,
      events,
      clock,
      publish,
    });
    accounts.onChange(() => liveSessions.endUnwelcome());

    let http: HttpServer | undefined;
    const listeners = createListeners({
      keysFolder: join(dataFolder, 'keys'),
      logSink,
      settings: effective,
      services: {
        signIn: createSignIn({ store, events, passwords, clock }),
        openSession: ({ account, protocol, address, client, method }) =>
          vfs.openSession({ account, protocol, address, client, method, origin: 'client', causedBy: null }),
        progress: createConnectionWatch({ clock, publish, listened: push.hasListeners }),
      },
    });
    for (const protocol of ['sftp', 'ftp'] as const) {
      settings.onChange(protocol, async () => {
        await listeners.apply(protocol).finally(tellHealth);
      });
    }
    settings.onChange('server', tellHealth);
    settings.onChange('notifications', () => notifications.settle());

    const connector = createConnector({
      settings: () => effective().outbound,
      ownPorts: () => [listeners.status('sftp').port, listeners.status('ftp').port, http?.port ?? 0].filter((port) => port !== 0),
    });
    const rules = createRules({
      store,
      events,
      clock,
      log: createLogger(logSink, 'rules'),
      secrets,
      settings: effective,
      accounts,
      vfs: { openSession: (identity) => vfs.openSession(identity), homeOf: ({ home }) => homePath(home, folders()) },
      connector,
      exchangeFolders: () => [folders().exchangeFolder],
    });

    const recovered = await recoverUploads({ store, events, clock, log });
    await recordUncleanStop(store, events, clock);
    const secretKey = createSecretKey({
      key: secrets.key,
      events,
      clock,
      changed: () => {
        tellHealth();
        publish({ kind: 'config-changed', sections: ['secrets'] });
      },
    });
    await secretKey.recordStart();

    const tokens = createApiTokens({ store, events, clock });
    const consoleSessions = createConsoleSessions({ store, events, clock });
    const consolePassword = createConsolePassword({ store, events, passwords, clock });
    removeRedirectFiles(dataFolder);
    rules.subscribe((runs) => push.publish({ kind: 'runs', runs }));
    for (const section of Object.keys(settingsSchema.shape) as SettingsSection[]) {
      settings.onChange(section, () => push.publish({ kind: 'config-changed', sections: [section] }));
    }
    const report = createStatus({
      startedAt: clock.now(),
      listeners,
      http: () => http,
      liveSessions,
      settings: effective,
      exchangeFolder: () => folders().exchangeFolder,
      unreadableSettings: settings.unreadable,
      secretsTrouble: () => secrets.key.state().trouble,
      logTrouble: () => events.trouble(),
    });
    const notifications = createNotifications({
      store,
      events,
      clock,
      log: createLogger(logSink, 'notifications'),
      settings: () => effective().notifications,
      publish,
    });
    function tellHealth(): void {
      const problems = report.problems();
      publish({ kind: 'health', problems });
      void warnings.look();
      notifications.health(problems);
    }

    const layout = createLayoutRevision({
      store,
      events,
      accounts,
      exchangeFolder: () => folders().exchangeFolder,
      log: createLogger(logSink, 'layout'),
    });
    accounts.onChange(() => void layout.look());
    settings.onChange('exchange', () => layout.look());
    const warnings = createWarnings({
      store,
      events,
      log: createLogger(logSink, 'warnings'),
      problems: () => report.problems(),
      disk: () => diskOf(folders().exchangeFolder),
      accounts: () => accounts.list(),
      certificate: async () => (listeners.status('ftp').state === 'listening' ? certificate.get() : null),
    });
    events.onTrouble(tellHealth);

    const tlsFolder = join(dataFolder, 'keys', 'tls');
    const certificate = createCertificateService({
      folder: tlsFolder,
      names: ownNames,
      settings: effective,
      events,
      clock,
      restartFtp: () => listeners.apply('ftp').finally(tellHealth),
    });
    const setup = createSetup({
      store,
      settings,
      effective,
      accounts,
      listeners,
      folders,
      certificate: async () => (await loadOrCreateCertificate(tlsFolder, ownNames(), clock)).fingerprint,
      publish: (rows) => push.publish({ kind: 'self-test', rows }),
      log: createLogger(logSink, 'setup'),
    });
    const exporter = createEventExporter({
      reader: store.reader,
      publish: (step) => publish({ kind: 'progress', ...step }),
    });
    const poll = createEventPoll({ reader: store.reader, events });
    const openBatch = (sessionId: number | null): number =>
      store.transaction(() => store.tables.sessions.openBatch(sessionId, clock.now()));
    const dispatch = createDispatch({
      handlers: createHandlers({
        console: {
          sessions: consoleSessions,
          password: consolePassword,
          openLink: (options) => {
            if (http === undefined) throw new AppError('not_running', 'The console is not served yet. Try again in a moment.');
            return createConsoleLink({ url: http.url, dataFolder, sessions: consoleSessions }, options);
          },
          clock,
        },
        accounts,
        accountViews: createAccountViews({
          accounts,
          openSession: (identity) => vfs.openSession(identity),
          sessions: () => vfs.sessions(),
          reader: store.reader,
          clock,
        }),
        liveSessions,
        notifications,
        preferences: createPreferences(store),
        tokens,
        settings,
        secretKey,
        rules,
        reader: store.reader,
        exporter,
        setup,
        certificate,
        status: () => report.status(),
      }),
      openBatch,
      onCall: (method, kind, payload, { actor, batchId }) =>
        calls.note({ method: 'POST', url: `/rpc/${method}`, payload, isWrite: kind === 'command', actor, batchId }),
      log: createLogger(logSink, 'rpc'),
      checkOutput: options.checkOutput ?? false,
    });

    const api: ApiServices = {
      calls,
      store,
      events,
      poll,
      exporter,
      dispatch,
      openBatch,
      subscribe: (listener) => push.subscribe(listener),
      logSettings: () => settings.get().log,
      log: createLogger(logSink, 'api'),
    };

    const expire = (): void => {
      liveSessions.endUnwelcome();
      const { uploads, log: retention } = effective();
      void vfs.expirePartials(clock.now() - uploads.keepPartialDays * DAY_MS);
      store.maintenance.retain(retentionPlan(retention, clock.now()));
    };
    let timer: NodeJS.Timeout | undefined;
    let watching: NodeJS.Timeout | undefined;
    let stopped: Promise<void> | undefined;
    let announced = false;

    async function stop(graceMs: number): Promise<void> {
      clearInterval(timer);
      clearInterval(watching);
      removeEngineFile(dataFolder);
      await listeners.stop(graceMs);
      await rules.park(graceMs);
      liveSessions.close();
      if (announced) await events.record({ type: 'SERVER_SHUTDOWN', info: { version: VERSION, unclean: false }, actor: SYSTEM });
      await consoleSessions.close();
      notifications.close();
      push.close();
      poll.close();
      await http?.stop(graceMs);
      events.close();
      await store.close();
      logFile.close();
      lock.release();
    }

    return {
      dispatch,
      push,
      events,
      async start() {
        try {
          http = await openHttp(overrides.http, {
            dispatch,
            tokens,
            console: { files: openConsoleFiles(options.consoleFolder ?? consoleFolder()), sessions: consoleSessions },
            subscribe: (listener) => push.subscribe(listener),
            api: (request, response, caller) => handleApi(request, response, caller, api),
            log: createLogger(logSink, 'http'),
          });
          await setup.tidy();
          for (const protocol of ['sftp', 'ftp'] as const) {
            await listeners.apply(protocol).catch((error: unknown) => {
              // What a person asked for on the command line must come up; what the settings say may wait for a free port.
              if (overrides[protocol] !== undefined) throw error;
              log.error(`the ${protocol} listener could not be opened`, error);
            });
          }
        } catch (error) {
          stopped ??= stop(0);
          await stopped;
          throw error;
        }
        await rules.start();
        await notifications.start();
        tellHealth();
        expire();
        timer = setInterval(expire, EXPIRY_EVERY_MS).unref();
        watching = setInterval(() => void warnings.look(), WATCH_EVERY_MS).unref();
        const port = (protocol: PartnerProtocol): number | null =>
          listeners.status(protocol).state === 'listening' ? listeners.status(protocol).port : null;
        writeEngineFile(dataFolder, { pid: process.pid, url: http.url, token: tokens.owner });
        await layout.look();
        announced = true;
        await events.record({
          type: 'SERVER_START',
          info: {
            version: VERSION,
            listeners: Object.fromEntries(
              (['sftp', 'ftp'] as const).flatMap((protocol) => {
                const { state, host, port } = listeners.status(protocol);
                return state === 'listening' ? [[protocol, `${host}:${port}`]] : [];
              }),
            ),
            recovered_uploads: recovered,
          },
          actor: SYSTEM,
        });
        return { http: http.url, sftp: port('sftp'), ftp: port('ftp'), token: tokens.owner };
      },
      stop(graceMs) {
        stopped ??= stop(graceMs);
        return stopped;
      },
    };
  }
}

function withOverrides(settings: Settings, overrides: NonNullable<EngineOptions['overrides']>): Settings {
  const { sftp, ftp, passive } = overrides;
  return {
    ...settings,
    sftp: { ...settings.sftp, ...(sftp === undefined ? {} : { enabled: true, ...sftp }) },
    ftp: {
      ...settings.ftp,
      ...(ftp === undefined ? {} : { enabled: true, ...ftp }),
      ...(passive === undefined ? {} : { passiveFrom: passive.from, passiveTo: passive.to }),
    },
  };
}

/** The stable port where nobody asks for another; any free one when that is taken. */
async function openHttp(wanted: Endpoint | undefined, services: Parameters<typeof createHttpServer>[1]): Promise<HttpServer> {
  if (wanted !== undefined) return createHttpServer(wanted, services);
  try {
    return await createHttpServer({ host: '127.0.0.1', port: DEFAULT_HTTP_PORT }, services);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'port_in_use') throw error;
    return createHttpServer({ host: '127.0.0.1', port: 0 }, services);
  }
}

/** A start without a shutdown after it was ended by a kill or a power cut: said now, so that the log has no silent hole. */
async function recordUncleanStop(store: Store, events: EventLog, clock: Clock): Promise<void> {
  const { events: found } = await store.reader.read('events.search', { types: ['SERVER_START', 'SERVER_SHUTDOWN'], limit: 1 });
  if (found[0]?.type !== 'SERVER_START') return;
  await events.record({ type: 'SERVER_SHUTDOWN', info: { version: VERSION, unclean: true }, actor: SYSTEM, outcome: 'failed' }, () => {
    store.tables.sessions.endAll(clock.now());
    return undefined;
  });
}
