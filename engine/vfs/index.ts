import { isAbsolute, join, resolve, sep } from 'node:path';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { EventLog } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import { SessionContext } from './context.ts';
import { createPartials } from './partials.ts';
import { createQuotaLedger } from './quota.ts';
import { expirePartials } from './recovery.ts';
import { ensureFolder, openJail } from './sandbox/index.ts';
import type { VfsServices } from './services.ts';
import { VfsSession } from './session.ts';
import type { Decide, Session, SessionIdentity } from './types.ts';
import { createOpenUploads } from './uploads.ts';

export { recoverUploads } from './recovery.ts';

type Options = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly decide?: Decide;
  readonly settings: () => { readonly copyLimitBytes: number; readonly exchangeFolder: string };
};

/** Opens sessions; everything that several of them share lives here. */
export type Vfs = {
  /**
   * The session of a login (or of a rule's file action). Records USER_LOGIN for clients. Throws AppErrors when the home folder cannot be
   * opened or the account is switched off.
   */
  openSession(identity: SessionIdentity): Promise<Session>;
  /** Sessions that are open now, oldest first. */
  sessions(): readonly Session[];
  /** Real path of an account's home folder. */
  homeOf(account: Pick<Account, 'home'>): string;
  /** Deletes interrupted uploads that nobody resumed since `before` (ms since the epoch). */
  expirePartials(before: number): Promise<void>;
};

export function createVfs(options: Options): Vfs {
  const { store, events, clock, log } = options;
  const quota = createQuotaLedger(store);
  const partials = createPartials(store, quota, clock);
  const services: VfsServices = {
    store,
    events,
    clock,
    log,
    platform: process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux',
    quota,
    uploads: createOpenUploads(),
    decide: options.decide ?? (() => Promise.resolve({ allow: true })),
    settings: options.settings,
  };
  const open = new Map<number, Session>();

  /** A relative home stands below the exchange folder and cannot leave it. */
  function homeOf(account: Pick<Account, 'home'>): string {
    if (isAbsolute(account.home)) return account.home;
    const { exchangeFolder } = options.settings();
    const home = resolve(join(exchangeFolder, account.home));
    if (!home.startsWith(resolve(exchangeFolder) + sep))
      throw new AppError('invalid_input', 'The home folder must stay below the exchange folder.', { field: 'home' });
    return home;
  }

  return {
    homeOf,
    async expirePartials(before) {
      for (const rowId of await expirePartials(services, before)) partials.forget(rowId);
    },
    sessions: () => [...open.values()],
    async openSession(identity) {
      const { account } = identity;
      if (!account.enabled) throw new AppError('forbidden', 'This account is switched off. Ask the administrator.');
      const home = homeOf(account);
      if (!isAbsolute(account.home)) ensureFolder(home);
      const jail = openJail(home);
      const sessionId = store.tables.sessions.open(account.id, clock.now());
      const context = new SessionContext(services, identity, sessionId, jail);
      const session = new VfsSession(context, partials);
      if (identity.origin !== 'client') return session;
      try {
        await events.record({
          type: 'USER_LOGIN',
          info: { protocol: identity.protocol, method: identity.method },
          actor: context.actor,
          objectId: account.id,
          objectVersion: account.version,
        });
      } catch (error) {
        jail.close();
        throw error;
      }
      open.set(sessionId, session);
      const close = session.close.bind(session);
      session.close = (reason) => {
        open.delete(sessionId);
        return close(reason);
      };
      return session;
    },
  };
}
