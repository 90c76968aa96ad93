import { join } from 'node:path';
import { createAccountsExchange } from '../accounts/accounts-file.ts';
import { createAdminSignIn } from '../accounts/admin-sign-in.ts';
import { type ApiTokens, createApiTokens } from '../accounts/api-tokens.ts';
import { createConsolePassword } from '../accounts/console-password.ts';
import { createIdentityProvider } from '../accounts/identity-sign-in.ts';
import { type ConsoleSessions, createConsoleSessions } from '../accounts/console-sessions.ts';
import { AppError } from '../contract/errors.ts';
import { createEventExporter } from '../events/export.ts';
import { createLookRecorder } from '../events/look-recorder.ts';
import { createUnavailableRecorder } from '../events/unavailable-recorder.ts';
import { createEventPoll, type EventPoll } from '../events/poll.ts';
import { type ApiServices, handleApi } from '../http/api/index.ts';
import { consoleFolder, openConsoleFiles } from '../http/console-files.ts';
import { createConsoleLink } from '../http/console-link.ts';
import { createHttpServer, DEFAULT_HTTP_PORT, type HttpServer, type HttpServices } from '../http/server.ts';
import { ownNames } from '../lib/own-addresses.ts';
import { createOidc } from '../outbound/oidc.ts';
import { createAccountViews } from '../partners/account-views.ts';
import { loadOrCreateCertificate } from '../protocols/certificate.ts';
import { createDispatch, type Dispatch } from '../rpc/dispatch.ts';
import { createHandlers } from '../rpc/handlers.ts';
import { createScopes } from '../rpc/role-scope.ts';
import { createPreferences } from '../settings/preferences.ts';
import { createSecretKey, type SecretKey } from '../settings/secret-key.ts';
import { createRenewal, type Renewal } from '../setup/acme/renewal.ts';
import { type CertificateService, createCertificateService } from '../setup/certificate.ts';
import { createSetup, type Setup } from '../setup/index.ts';
import { createDiagnostics } from '../upkeep/diagnostics.ts';
import type { Automation } from './automation.ts';
import type { Base } from './base.ts';
import type { Health } from './health.ts';
import type { Endpoint } from './overrides.ts';
import type { Partners } from './partners.ts';
import { createRemoteConsole, type RemoteConsole } from './remote-console.ts';
import type { UpkeepSide } from './upkeep.ts';

/** The administrators' side: the one RPC table over everything, and the servers that carry it. */
export type ConsoleSide = {
  readonly dispatch: Dispatch;
  readonly tokens: ApiTokens;
  readonly sessions: ConsoleSessions;
  readonly secretKey: SecretKey;
  readonly certificate: CertificateService;
  readonly renewal: Renewal;
  readonly setup: Setup;
  readonly poll: EventPoll;
  readonly remote: RemoteConsole;
  /** Serves API and console files; on the stable port where nobody asks for another, on any free one when that is taken. */
  listen(wanted: Endpoint | undefined): Promise<HttpServer>;
};

export type ConsoleOptions = {
  /** Another build of the console than this program's own. */
  readonly filesFolder: string | undefined;
  readonly checkOutput: boolean;
  readonly http: () => HttpServer | undefined;
};

const MINUTE_MS = 60_000;

export function assembleConsole(
  base: Base,
  partners: Partners,
  rules: Automation,
  upkeep: UpkeepSide,
  health: Health,
  { filesFolder, checkOutput, http }: ConsoleOptions,
): ConsoleSide {
  const { dataFolder, store, events, clock, settings, effective, folders, push, publish } = base;
  const { accounts, vfs, liveSessions, listeners } = partners;
  const tlsFolder = join(dataFolder, 'keys', 'tls');

  const tokens = createApiTokens({ store, events, clock });
  const sessions = createConsoleSessions({
    store,
    events,
    clock,
    admins: partners.admins,
    adminLimits() {
      const { idleMinutes, longestHours } = effective().console;
      return { idleMs: idleMinutes * MINUTE_MS, longestMs: longestHours * 60 * MINUTE_MS };
    },
  });
  const adminSignIn = createAdminSignIn({
    store,
    events,
    clock,
    sessions,
    passwords: partners.passwords,
    admins: partners.admins,
    twoFactor: partners.twoFactor,
    defender: partners.defence.defender,
  });
  const identity = createIdentityProvider({
    events,
    clock,
    sessions,
    accounts,
    log: base.logger('identity'),
    settings: () => effective().identity,
    secrets: base.secrets,
    oidc: createOidc(rules.connector),
    admins: partners.admins,
    defender: partners.defence.defender,
    identify: (who) => rules.gate.identify(who),
  });
  const password = createConsolePassword({ store, events, passwords: partners.passwords, clock });
  const secretKey = createSecretKey({
    key: base.secrets.key,
    events,
    clock,
    changed: () => {
      health.tell();
      publish({ kind: 'config-changed', sections: ['secrets'] });
    },
  });
  const certificate = createCertificateService({
    folder: tlsFolder,
    names: ownNames,
    settings: effective,
    events,
    clock,
    reload: () => health.reloadCertificate(),
  });
  const renewal = createRenewal({
    store,
    folder: tlsFolder,
    settings: effective,
    events,
    clock,
    log: base.logger('acme'),
    current: () => loadOrCreateCertificate(tlsFolder, ownNames(), clock).catch(() => null),
    renewed: async () => {
      await health.reloadCertificate();
      publish({ kind: 'config-changed', sections: ['certificate'] });
    },
  });
  for (const section of ['acme', 'server'] as const) settings.onChange(section, () => void renewal.look());
  const setup = createSetup({
    store,
    settings,
    effective,
    accounts,
    listeners,
    folders,
    certificate: async () => (await loadOrCreateCertificate(tlsFolder, ownNames(), clock)).fingerprint,
    publish: (rows) => push.publish({ kind: 'self-test', rows }),
    log: base.logger('setup'),
  });
  const exporter = createEventExporter({
    reader: store.reader,
    publish: (step) => publish({ kind: 'progress', ...step }),
  });
  const poll = createEventPoll({ reader: store.reader, events });
  const { openBatch } = store.tables.sessions;

  const looks = createLookRecorder({ events, settings: () => settings.get().log });
  const unavailable = createUnavailableRecorder({ events, clock });

  const scopes = createScopes({
    accounts,
    groups: partners.groups,
    roles: partners.roles,
    folders: partners.virtualFolders,
    places: folders,
    reader: store.reader,
  });

  const dispatch = createDispatch({
    handlers: createHandlers({
      console: {
        sessions,
        password,
        openLink: (options) => {
          const server = http();
          if (server === undefined) throw new AppError('not_running', 'The console is not served yet. Try again in a moment.');
          return createConsoleLink({ url: server.url, dataFolder, sessions }, options);
        },
        clock,
      },
      admins: partners.admins,
      scopes,
      accountsExchange: createAccountsExchange({
        store,
        clock,
        accounts,
        groups: partners.groups,
        roles: partners.roles,
        folders: partners.virtualFolders,
      }),
      groups: partners.groups,
      roles: partners.roles,
      folders: partners.virtualFolders,
      folderTrees: rules.folderTrees,
      accountViews: createAccountViews({
        accounts,
        openSession: (identity) => vfs.openSession(identity),
        sessions: () => vfs.sessions(),
        reader: store.reader,
        clock,
      }),
      defence: partners.defence,
      twoFactor: partners.twoFactor,
      liveSessions,
      notifications: health.notifications,
      preferences: createPreferences(store),
      tokens,
      settings,
      secretKey,
      rules,
      exporter,
      looks,
      backups: upkeep.backups,
      diagnostics: createDiagnostics({
        clock,
        dataFolder,
        exchangeFolder: () => folders().exchangeFolder,
        settings: effective,
        users: () => accounts.list().map(({ username }) => username),
        status: () => health.report.status(),
      }),
      setup,
      certificate,
      renewal,
      pgpKeys: base.pgpKeys,
      status: () => health.report.status(),
    }),
    openBatch,
    refuseChanges: () => store.damage.refuse(),
    onCall: ({ method, kind, input: payload, ...call }) =>
      base.calls.note({ method: 'POST', url: `/rpc/${method}`, payload, isWrite: kind === 'command', ...call }),
    onRefused: (error, asked, by) => unavailable.note(error, asked, by),
    log: base.logger('rpc'),
    checkOutput,
  });

  const subscribe: ApiServices['subscribe'] = (listener) => push.subscribe(listener);
  const api: ApiServices = {
    calls: base.calls,
    store,
    events,
    poll,
    exporter,
    dispatch,
    scopes,
    openBatch,
    subscribe,
    looks,
    unavailable,
    log: base.logger('api'),
  };

  const services: HttpServices = {
    dispatch,
    scopes,
    tokens,
    console: { files: openConsoleFiles(filesFolder ?? consoleFolder()), sessions, admins: adminSignIn, identity },
    subscribe,
    api: (request, response, asker) => handleApi(request, response, asker, api),
    log: base.logger('http'),
  };
  const { defender } = partners.defence;
  const remote = createRemoteConsole(base, {
    certificate: () => loadOrCreateCertificate(tlsFolder, ownNames(), clock),
    serve: (at) =>
      createHttpServer(at, {
        ...services,
        refusal: (address) => (defender.expels(address, 'HTTP') ? defender.refusal(address, 'HTTP') : null),
      }),
  });

  return {
    dispatch,
    tokens,
    sessions,
    secretKey,
    certificate,
    renewal,
    setup,
    poll,
    remote,
    async listen(wanted) {
      if (wanted !== undefined) return createHttpServer(wanted, services);
      try {
        return await createHttpServer({ host: '127.0.0.1', port: DEFAULT_HTTP_PORT }, services);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'port_in_use') throw error;
        return createHttpServer({ host: '127.0.0.1', port: 0 }, services);
      }
    },
  };
}
