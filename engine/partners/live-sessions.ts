import { entranceRefusal } from '../accounts/sign-in-policy.ts';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { Protocol, StoredEvent } from '../contract/event.ts';
import type { PushMessage } from '../contract/push.ts';
import type { LiveSession, Traffic } from '../contract/session.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Session } from '../vfs/types.ts';
import { createTransferRates, type Moving } from './transfer-rates.ts';

/** A transfer of a session while it runs. */
type RunningTransfer = {
  readonly direction: 'upload' | 'download';
  /** Virtual path. */
  readonly path: string;
  /** So far, what was there before a resume included. */
  readonly bytes: number;
  readonly total: number | null;
  /** ms since the epoch */
  readonly startedAtMs: number;
};

export type LiveSessionServices = {
  readonly sessions: () => readonly Session[];
  readonly transfersOf: (session: Session) => readonly RunningTransfer[];
  readonly accounts: { readonly byId: (id: number) => Account | undefined };
  readonly events: EventLog;
  readonly clock: Clock;
  /** Whether somebody has to leave because of where he comes from. */
  readonly expels: (address: string, protocol: Protocol) => boolean;
  readonly publish: (message: PushMessage) => void;
};

/** Who is signed in now and what is moving, for `server.status` and for consoles that listen. */
export type LiveSessions = {
  /** Oldest first. */
  list(): LiveSession[];
  traffic(): Traffic;
  /** A transfer has begun: from now on consoles hear once a second what moves. */
  transferBegan(): void;
  /** Ends the session now. Throws `not_found` when it has ended already. */
  disconnect(id: number): void;
  /** Ends the sessions of accounts that may not be in any more: expired, of a protocol or address that is no longer allowed, or blocked. */
  endUnwelcome(): void;
  /** Stops following the log and telling. */
  close(): void;
};

/** Sign-ins of a moment are one message. */
const GATHER_MS = 100;
const TICK_MS = 1000;
const MINUTE_MS = 60_000;

export function createLiveSessions(services: LiveSessionServices): LiveSessions {
  const { events, clock, publish } = services;
  const rates = createTransferRates();
  let gathering: NodeJS.Timeout | undefined;
  let ticking: NodeJS.Timeout | undefined;
  /** Somebody came or went, or a transfer ended, and no console has heard it. */
  let dirty = false;

  const moving = (): Moving[] =>
    services
      .sessions()
      .flatMap((session) =>
        services.transfersOf(session).map(({ direction, path, bytes }) => ({ sessionId: session.id, direction, path, bytes })),
      );

  function list(): LiveSession[] {
    return services.sessions().map((session) => {
      const { account, protocol, address, client } = session.identity;
      return {
        id: session.id,
        username: account.username,
        displayName: account.displayName,
        protocol,
        address: address ?? '',
        client: client ?? '',
        since: isoTime(session.startedAtMs),
        openTransfers: session.openTransfers,
        transfers: services.transfersOf(session).map(({ direction, path, bytes, total, startedAtMs }) => ({
          direction,
          path,
          bytes,
          total,
          bytesPerSecond: rates.of({ sessionId: session.id, direction, path, bytes }),
          startedAt: isoTime(startedAtMs),
        })),
      };
    });
  }

  function tell(): void {
    clearTimeout(gathering);
    gathering = undefined;
    dirty = false;
    publish({ kind: 'sessions', sessions: list(), traffic: rates.traffic() });
  }

  function tick(): void {
    const now = moving();
    const moved = rates.look(now, clock.now());
    if (!moved && now.length === 0) {
      clearInterval(ticking);
      ticking = undefined;
      // The last word says that nothing moves.
      tell();
    } else if (moved || dirty) tell();
  }

  function comeOrGone(): void {
    dirty = true;
    gathering ??= setTimeout(tell, GATHER_MS).unref();
  }

  function transferBegan(): void {
    if (ticking !== undefined) return;
    rates.look(moving(), clock.now());
    comeOrGone();
    ticking = setInterval(tick, TICK_MS).unref();
  }

  const unsubscribe = events.subscribe((batch) => {
    for (const event of batch) {
      if (event.origin !== 'client') continue;
      if (event.type === 'USER_LOGIN' || event.type === 'USER_LOGOUT') comeOrGone();
      const ended = endedTransfer(event);
      if (ended === undefined) continue;
      dirty = true;
      transferBegan();
      rates.ended(ended);
    }
  });

  return {
    list,
    traffic: () => rates.traffic(),
    transferBegan,
    disconnect(id) {
      const session = services.sessions().find((open) => open.id === id);
      if (session === undefined)
        throw new AppError('not_found', 'This session has ended already. See server.status for those that are open.', { field: 'id' });
      session.revoke('ended by the administrator');
    },
    endUnwelcome() {
      for (const session of services.sessions()) {
        const account = services.accounts.byId(session.identity.account.id);
        const { address, protocol, origin } = session.identity;
        const isExpelled = origin === 'client' && address !== null && services.expels(address, protocol);
        const refusal =
          account === undefined
            ? 'the account was deleted'
            : isExpelled
              ? 'the address was blocked'
              : stayRefusal(account, session, clock.now());
        if (refusal !== null) session.revoke(refusal);
      }
    },
    close() {
      unsubscribe();
      clearTimeout(gathering);
      clearInterval(ticking);
      gathering = undefined;
      ticking = undefined;
    },
  };
}

/** Why a session may not go on, as the log says it: what would keep it out now, or that nothing was done in it for too long. */
function stayRefusal(account: Account, session: Session, now: number): string | null {
  const { idleMinutes } = account.limits;
  const isIdle = idleMinutes > 0 && now - session.idleSinceMs >= idleMinutes * MINUTE_MS;
  return entranceRefusal(account, session.identity, now) ?? (isIdle ? `nothing was done for ${idleMinutes} minutes` : null);
}

/** The transfer whose end an event tells; undefined for events of anything else. */
function endedTransfer({ type, info, path, bytes, _session }: StoredEvent): Moving | undefined {
  const direction =
    type === 'ASSET_DOWNLOAD' ? 'download' : type === 'TRANSFER_FAILED' ? info['direction'] : UPLOADS.get(info['operation']);
  if (_session === null || path === null || (direction !== 'upload' && direction !== 'download')) return undefined;
  return { sessionId: _session._id, direction, path, bytes: bytes ?? 0 };
}

/** Operations of file events that end an upload. */
const UPLOADS: ReadonlyMap<unknown, 'upload'> = new Map([
  ['upload', 'upload'],
  ['append', 'upload'],
  ['overwrite', 'upload'],
]);
