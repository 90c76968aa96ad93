import { isAbsolute } from 'node:path';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { CallRecorder } from '../events/call-recorder.ts';
import type { EventLog } from '../events/log.ts';
import { sourceOf } from '../lib/address.ts';
import type { Clock } from '../lib/clock.ts';
import { createFairQueue } from '../lib/fair-queue.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import { createAwaitedNames } from './awaited-names.ts';
import { RefusedByRule, SessionContext } from './context.ts';
import { createBandwidth } from './bandwidth.ts';
import { createHiddenFiles } from './hidden-files.ts';
import { type MountPoint, MountTable } from './mounts.ts';
import { splitVirtual } from './names.ts';
import { createPartials } from './partials.ts';
import { createQuotaLedger } from './quota.ts';
import { ensureFolder, type Jail, openJail } from './sandbox/index.ts';
import type { VfsServices } from './services.ts';
import { VfsSession } from './session.ts';
import { systemIdentity } from './system-identity.ts';
import { createTransferLimits } from './transfer-limits.ts';
import type { Decide, Decision, Session, SessionIdentity } from './types.ts';
import { createOpenUploads } from './uploads.ts';
import { accountActor } from '../events/actor.ts';

export { recoverUploads } from './recovery.ts';

type Options = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** Records what clients ask for; without it nobody does. */
  readonly requests?: CallRecorder;
  readonly decide?: Decide;
  readonly holdsUploads?: () => boolean;
  readonly transferBegan?: () => void;
  readonly settings: VfsServices['settings'];
  /** An account with what its groups add: what sessions go by. */
  readonly effective: (account: Account) => Account;
  /** Absolute path of an account's home folder. */
  readonly homeOf: (account: Account) => string;
  /** The virtual folders in an account's tree. */
  readonly mountsOf: (account: Account) => readonly MountPoint[];
  /** Sessions that may be open from one address; 0, or without it, any number. */
  readonly sessionsPerAddress?: () => number;
};

const SWITCHED_OFF = 'the account was switched off';
const SWITCHED_OFF_WORDS = 'This account is switched off. Ask the administrator.';

/** Opens sessions; everything that several of them share lives here. */
export type Vfs = {
  /**
   * The session of a login (or of a rule's file action). Records USER_LOGIN for clients. Throws AppErrors when the home folder cannot be
   * opened or the account is switched off.
   */
  openSession(identity: SessionIdentity): Promise<Session>;
  /**
   * A session of a rule whose whole tree is one virtual folder: as the system, with the right to do everything, the folder's quota kept.
   * `causedBy` is the run. Rejects with `folder_missing` when the folder cannot be opened now.
   */
  openFolder(folder: Omit<MountPoint, 'path' | 'countsInAccount'> & { readonly name: string }, causedBy: number | null): Promise<Session>;
  /** Sessions that are open now, oldest first. */
  sessions(): readonly Session[];
  /** The account was edited, or (`gone`) switched off or deleted: open sessions follow, or end. */
  accountChanged(account: Account, gone: boolean): void;
  /** Deletes interrupted uploads that nobody resumed since `before` (ms since the epoch). */
  expirePartials(before: number): Promise<void>;
  /** Lets uploads under temporary names count that have waited long enough for another one, and those that an earlier run left. */
  settleNames(): Promise<void>;
  /** Records renames that a kill cut off from their event. Before any rule begins. */
  recoverNames(): Promise<void>;
  /** No timer runs on. */
  stop(): void;
};

export function createVfs(options: Options): Vfs {
  const { store, events, clock, log } = options;
  const quota = createQuotaLedger(store);
  const partials = createPartials(store, quota, clock, log);
  const services: VfsServices = {
    store,
    events,
    clock,
    log,
    platform: process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux',
    quota,
    bandwidth: createBandwidth(),
    transferLimits: createTransferLimits(store),
    checksums: createFairQueue({ parallel: 1 }),
    uploads: createOpenUploads(),
    hiddenFiles: createHiddenFiles(store),
    decide: options.decide ?? (() => Promise.resolve({ allow: true })),
    holdsUploads: options.holdsUploads ?? (() => false),
    awaitedNames: () => awaitedNames,
    settings: options.settings,
    transferBegan: options.transferBegan,
    requests: options.requests,
  };
  const awaitedNames = createAwaitedNames(services, (id) => store.tables.accounts.byId(id)?.account);
  const open = new Map<number, VfsSession>();

  /** Throws `too_many_sessions`, recorded as a failed sign-in, where the account or the address has as many as it may have. */
  async function admit(identity: SessionIdentity): Promise<void> {
    const { account, address, protocol, client, method } = identity;
    const clients = [...open.values()].map((session) => session.identity);
    const mostOfAccount = account.limits.sessions;
    const mostOfAddress = options.sessionsPerAddress?.() ?? 0;
    const own = clients.filter((other) => other.account.id === account.id).length;
    const near =
      address === null ? 0 : clients.filter((other) => other.address !== null && sourceOf(other.address) === sourceOf(address)).length;
    const isAccountFull = mostOfAccount > 0 && own >= mostOfAccount;
    if (!isAccountFull && (mostOfAddress === 0 || near < mostOfAddress)) return;
    const reason = isAccountFull ? 'the account has as many sessions as it may have' : 'the address has as many sessions as it may have';
    await events
      .record({
        type: 'LOGIN_FAILED',
        info: { method, login: account.username, reason },
        actor: {
          sessionId: null,
          ...accountActor(account),
          ip: address,
          protocol,
          client,
          origin: 'client',
          causedBy: null,
        },
        outcome: 'denied',
      })
      .catch(() => undefined); // The log itself reports that it cannot write; a refusal stays a refusal.
    throw new AppError('too_many_sessions');
  }

  return {
    expirePartials: (before) => partials.expire(before),
    recoverNames: () => awaitedNames.recover(),
    settleNames: () => awaitedNames.settleDue(),
    stop: () => awaitedNames.stop(),
    sessions: () => [...open.values()],
    accountChanged(account, gone) {
      services.transferLimits.follow(account);
      const effective = options.effective(account);
      for (const session of open.values()) {
        if (session.identity.account.id !== account.id) continue;
        if (gone) session.revoke(SWITCHED_OFF);
        else session.follow(effective, options.mountsOf(effective));
      }
    },
    openFolder({ name, ...point }, causedBy) {
      let jail: Jail;
      try {
        if (point.isOurs) ensureFolder(point.place);
        jail = openJail(point.place);
      } catch (cause) {
        return Promise.reject(
          new AppError('folder_missing', `The shared folder ${name} cannot be reached now. Check its place and the disk.`, { cause }),
        );
      }
      const sessionId = store.tables.sessions.open(null, clock.now());
      const mounts = new MountTable(jail, [], { folder: { ...point, path: '/', countsInAccount: false } });
      const context = new SessionContext(services, systemIdentity(name, causedBy), sessionId, mounts);
      return Promise.resolve(new VfsSession(context, partials, () => open.delete(sessionId)));
    },
    async openSession(given) {
      const account = options.effective(given.account);
      const identity = { ...given, account };
      if (!account.enabled) throw new AppError('forbidden', SWITCHED_OFF_WORDS);
      if (identity.origin === 'client') await admit(identity);
      const sessionId = store.tables.sessions.open(account.id, clock.now());
      const held = identity.origin === 'client' ? await askBeforeOpening(services, identity, sessionId) : undefined;
      const giveUp = (): void => {
        held?.withdraw();
        store.tables.sessions.end(sessionId, clock.now());
      };
      let jail: Jail;
      try {
        const home = options.homeOf(account);
        // A relative home is ours to make; an absolute one that is gone is more likely a disk that is not mounted.
        if (!isAbsolute(account.home)) ensureFolder(home);
        jail = openJail(home);
      } catch (error) {
        giveUp();
        throw error;
      }
      const mounts = new MountTable(jail, options.mountsOf(account));
      const context = new SessionContext(services, identity, sessionId, mounts);
      await makeStartDirectory(context);
      const session = new VfsSession(context, partials, () => open.delete(sessionId));
      if (identity.origin !== 'client') return session;
      try {
        await events.record(
          {
            type: 'USER_LOGIN',
            info: { protocol: identity.protocol, method: identity.method },
            actor: context.actor,
            objectId: account.id,
            objectVersion: account.version,
            ...(held === undefined ? {} : { releases: held.release }),
          },
          () => {
            store.tables.accounts.signedIn(account.id, clock.now());
            return undefined;
          },
          // Whoever only fetches files may come in while the log cannot be written.
          { mayWait: true },
        );
      } catch (error) {
        mounts.close();
        giveUp();
        throw error;
      }
      open.set(sessionId, session);
      // It may have been switched off, or deleted, while the sign-in was recorded.
      const current = store.tables.accounts.byId(account.id)?.account;
      if (current?.enabled !== true) {
        session.revoke(SWITCHED_OFF);
        throw new AppError('forbidden', SWITCHED_OFF_WORDS);
      }
      return session;
    },
  };
}

/** Rules that a partner waits for at its sign-in. Their refusal is recorded as one of the sign-in. */
async function askBeforeOpening(
  { decide, events }: VfsServices,
  identity: SessionIdentity,
  sessionId: number,
): Promise<Extract<Decision, { allow: true }>['held']> {
  const decision = await decide({
    operation: 'connect',
    identity,
    sessionId,
    path: '/',
    targetPath: null,
    size: 0,
    stage: 'before',
    hiddenPath: null,
    write: null,
    replaces: false,
    hold: `connect ${sessionId}`,
  });
  if (decision.allow) return decision.held;
  const { account, protocol, address, client, method, origin } = identity;
  await events
    .record({
      type: 'LOGIN_FAILED',
      info: { method, login: account.username, reason: decision.reason },
      actor: { sessionId: null, ...accountActor(account), ip: address, protocol, client, origin, causedBy: null },
      outcome: 'denied',
    })
    .catch(() => undefined); // The log has said so itself; a refusal stays a refusal.
  throw new RefusedByRule(decision.message, decision.reason);
}

/** Makes the folder in which the sessions begin, like a home. Where that cannot be, the client learns it when it looks. */
async function makeStartDirectory(context: SessionContext): Promise<void> {
  const parts = splitVirtual(context.startDirectory);
  for (let depth = 1; depth <= parts.length; depth++) {
    const path = `/${parts.slice(0, depth).join('/')}`;
    if (context.isMounted(path)) continue;
    try {
      await context.at(path, async ({ directory, name }) => {
        if (directory.lstat(name) === undefined) await directory.mkdir(name, 0o755);
      });
    } catch (error) {
      context.services.log.warn(`the start directory of ${context.identity.account.username} cannot be made`, error);
      return;
    }
  }
}
