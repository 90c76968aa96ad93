import { join } from 'node:path';
import { assembleAutomation, type Automation } from './assembly/automation.ts';
import { assembleBase } from './assembly/base.ts';
import { assembleConsole, type ConsoleSide } from './assembly/console.ts';
import { assembleHealth, type Health } from './assembly/health.ts';
import type { Overrides } from './assembly/overrides.ts';
import { assemblePartners } from './assembly/partners.ts';
import { assembleUpkeep } from './assembly/upkeep.ts';
import { beginRun, endRun } from './events/id-margin.ts';
import { type EventLog, SYSTEM } from './events/log.ts';
import { retentionPlan } from './events/keeping.ts';
import { removeRedirectFiles } from './http/console-link.ts';
import { removeEngineFile, writeEngineFile } from './http/engine-file.ts';
import type { HttpServer } from './http/server.ts';
import { isLoopback } from './lib/address.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { prepareDataFolder } from './lib/data-folder.ts';
import { createLogger, type LogSink, silentSink } from './lib/log.ts';
import { openLogFile } from './lib/log-file.ts';
import { VERSION } from './lib/version.ts';
import { keepGenericWasmWrappers } from './lib/wasm-wrappers.ts';
import type { PartnerProtocol } from './listeners.ts';
import type { Dispatch } from './rpc/dispatch.ts';
import type { PushHub } from './rpc/push-hub.ts';
import type { KeyWrap } from './store/data-key.ts';
import { isUnwritable } from './store/database.ts';
import { openStore, type Store } from './store/index.ts';
import { lockInstance } from './store/instance-lock.ts';
import { recoverUploads } from './vfs/index.ts';

export type EngineOptions = {
  /** Made when only its last component is missing. */
  readonly dataFolder: string;
  readonly overrides?: Overrides;
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
export type EngineAddresses = {
  /** The loopback server of console and API. */
  readonly http: string;
  /** The console as other machines reach it. */
  readonly console: string | null;
  readonly sftp: number | null;
  readonly ftp: number | null;
  readonly token: string;
};

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
  keepGenericWasmWrappers();
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
    /** A damaged database is only read: nothing is put right, and nothing of its own accord begins that would have to be kept. */
    const isWritable = (): boolean => store.damage.found() === null;
    let http: HttpServer | undefined;
    if (isWritable()) {
      try {
        beginRun(store);
      } catch (error) {
        // On a full disk: events wait in memory then, and programs are told of none.
        if (!isUnwritable(error)) throw error;
        log.error('the start could not be noted in the database', error);
      }
    }
    const base = await assembleBase({ dataFolder, store, clock, logSink, overrides, keyWrap: options.keyWrap });
    const { events, effective, push } = base;
    const partners = assemblePartners(base, () => rules.gate);
    const { vfs, liveSessions, listeners } = partners;
    const upkeep = assembleUpkeep(base, logFile);
    const rules: Automation = assembleAutomation(base, partners, upkeep, {
      httpPorts: () => [http?.port ?? 0, consoleSide.remote.status().port],
      notify: (notice) => health.notifications.raise(notice),
    });
    const health: Health = assembleHealth(base, partners, {
      http: () => http,
      console: () => consoleSide.remote,
      certificate: () => consoleSide.certificate,
      hasFetched: (sha256) => consoleSide.renewal.hasFetched(sha256),
      thresholds: () => rules.thresholds(),
    });
    const consoleSide: ConsoleSide = assembleConsole(base, partners, rules, upkeep, health, {
      filesFolder: options.consoleFolder,
      checkOutput: options.checkOutput ?? false,
      http: () => http,
    });

    const recovered = isWritable() ? await recoverUploads({ store, events, clock, log }) : 0;
    if (isWritable()) await vfs.recoverNames();
    if (isWritable()) {
      await recordUncleanStop(store, events, clock).catch((error: unknown) => {
        // The newest pages of the log are among the first that anybody reads.
        if (isWritable()) throw error;
      });
    }
    await consoleSide.secretKey.recordStart();
    store.damage.onFound(() => {
      log.error(`the database is damaged and is only read from now on: ${store.damage.found() ?? ''}`);
      rules.park(0).catch((error: unknown) => log.error('the rules could not be parked', error));
    });
    removeRedirectFiles(dataFolder);

    const expire = (): void => {
      void consoleSide.renewal.look();
      liveSessions.endUnwelcome();
      if (!isWritable()) return;
      const { uploads, log: retention } = effective();
      void vfs.expirePartials(clock.now() - uploads.keepPartialDays * DAY_MS);
      store.maintenance.retain(retentionPlan(retention, clock.now()));
    };
    const watch = (): void => {
      // Weekly hours end within a minute of the clock.
      liveSessions.endUnwelcome();
      if (isWritable()) void health.warnings.look();
    };
    let timer: NodeJS.Timeout | undefined;
    let watching: NodeJS.Timeout | undefined;
    let stopped: Promise<void> | undefined;
    let announced = false;

    async function stop(graceMs: number): Promise<void> {
      clearInterval(timer);
      clearInterval(watching);
      removeEngineFile(dataFolder);
      await consoleSide.renewal.close();
      await listeners.stop(graceMs);
      vfs.stop();
      await rules.park(graceMs);
      liveSessions.close();
      partners.defence.defender.close();
      if (announced) await events.record({ type: 'SERVER_SHUTDOWN', info: { version: VERSION, unclean: false }, actor: SYSTEM });
      await consoleSide.sessions.close();
      health.notifications.close();
      push.close();
      consoleSide.poll.close();
      await consoleSide.remote.stop(graceMs);
      await http?.stop(graceMs);
      consoleSide.tokens.close();
      events.close();
      if (isWritable()) endRun(store);
      await store.close();
      logFile.close();
      lock.release();
    }

    return {
      dispatch: consoleSide.dispatch,
      push,
      events,
      async start() {
        try {
          // First, so that the loopback server takes another port where both want the same.
          await consoleSide.remote.apply().catch((error: unknown) => {
            if (overrides.http !== undefined && !isLoopback(overrides.http.host)) throw error;
            log.error('the console cannot be served to other machines', error);
          });
          http = await consoleSide.listen(overrides.http !== undefined && isLoopback(overrides.http.host) ? overrides.http : undefined);
          if (isWritable()) await consoleSide.setup.tidy();
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
        if (isWritable()) {
          await rules.start();
          void vfs.settleNames();
          await health.notifications.start();
        }
        health.tell();
        expire();
        timer = setInterval(expire, EXPIRY_EVERY_MS).unref();
        watching = setInterval(watch, WATCH_EVERY_MS).unref();
        const port = (protocol: PartnerProtocol): number | null =>
          listeners.status(protocol).state === 'listening' ? listeners.status(protocol).port : null;
        writeEngineFile(dataFolder, { pid: process.pid, url: http.url, token: consoleSide.tokens.owner });
        if (isWritable()) await health.layout.look();
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
        return { http: http.url, console: consoleSide.remote.url(), sftp: port('sftp'), ftp: port('ftp'), token: consoleSide.tokens.owner };
      },
      stop(graceMs) {
        stopped ??= stop(graceMs);
        return stopped;
      },
    };
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
