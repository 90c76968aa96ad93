import { AppError } from '../../contract/errors.ts';
import type { Ban, BlockInput, Offence, WatchedAddress } from '../../contract/defence.ts';
import type { Protocol } from '../../contract/event.ts';
import type { Settings } from '../../contract/settings.ts';
import { type Actor, type EventLog, SYSTEM } from '../../events/log.ts';
import { bareAddress, sourceOf } from '../../lib/address.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { isInNetworks } from '../../lib/networks.ts';
import type { Logger } from '../../lib/log.ts';
import type { StoredBan } from '../../store/bans-table.ts';
import type { Store } from '../../store/index.ts';
import type { Change } from '../service.ts';
import type { AddressLists } from './address-lists.ts';
import { createOffences } from './offences.ts';

/** What somebody did that speaks against him. */
export type OffenceReport = {
  readonly kind: Offence;
  readonly protocol: Protocol;
  readonly address: string;
  /** The user name that was tried; null where there was none. */
  readonly login: string | null;
};

/**
 * Keeps those out who try doors: counts what speaks against an address and blocks it for a while. Every block is an event, can be seen
 * and lifted, and outlives a restart. Counts stand in memory only.
 */
export type Defender = {
  /** Why nobody from there is let in over this protocol now, for the client to read; null when he may try. Asked at each connection and before each hash. */
  refusal(address: string, protocol: Protocol): string | null;
  /** Whether even somebody who is signed in has to go: a person, a rule or the deny list refuses the address. A block for failed sign-ins keeps strangers out only. */
  expels(address: string, protocol: Protocol): boolean;
  /** Counts an offence and blocks where they are enough. Addresses of the allow list, and of the LAN where the settings spare it, never count. */
  report(offence: OffenceReport): void;
  blocked(): Ban[];
  watched(): WatchedAddress[];
  /** Blocks the address, in place of a block that is there. Rejects with `conflict` when the allow list holds it. Resolves when it is committed. */
  block(wish: BlockInput, by: Change): Promise<Ban>;
  /** Lifts the block of this address or /64, and forgets what was counted. Rejects with `not_found`. */
  unblock(address: string, by: Change): Promise<Ban>;
  /** Called whenever somebody is refused who was not before, or no longer. */
  onChange(listener: () => void): void;
  close(): void;
};

export type DefenderServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lists: AddressLists;
  readonly settings: () => Settings['defender'];
};

const MINUTE_MS = 60_000;
/** Sources that are counted at a time; see createOffences. */
const COUNTED_SOURCES = { soft: 4000, hard: 5000 };
/** Blocks by the defender at a time: beyond, those that end next are lifted. */
const MOST_BANS = 10_000;
/** A block that grows does not grow beyond this. */
const LONGEST_GROWN_MS = 24 * 60 * MINUTE_MS;
/** Longest time that a timer of Node takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Private networks, link-local addresses and this machine (RFC 1918, 3927, 4193, 4291). */
const LAN = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', '::1', 'fc00::/7', 'fe80::/10'];

const DENIED = 'Your address is not allowed here. Ask the administrator.';

export function createDefender(services: DefenderServices): Defender {
  const { store, events, clock, log, lists, settings } = services;
  const table = store.tables.bans;
  const bans = new Map(table.all().map((ban) => [ban.network, ban]));
  /** When a blocked address last made its block grow. */
  const grown = new Map<string, number>();
  const offences = createOffences(
    () => ({ windowMs: settings().observationMinutes * MINUTE_MS, scores: settings().scores }),
    () => clock.now(),
    COUNTED_SOURCES,
  );
  const listeners: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const isOver = ({ until }: StoredBan): boolean => until !== null && until <= clock.now();

  function changed(): void {
    schedule();
    for (const listener of listeners) listener();
  }

  /** Lifts blocks whose time is over, and wakes up for the next one. */
  function schedule(): void {
    clearTimeout(timer);
    const next = Math.min(...[...bans.values()].map(({ until }) => until ?? Number.POSITIVE_INFINITY));
    if (next === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(liftExpired, Math.min(Math.max(next - clock.now(), 0), LONGEST_TIMER_MS)).unref();
  }

  function liftExpired(): void {
    const over = [...bans.values()].filter(isOver);
    for (const ban of over) noted(lift(ban, 'its time was over', { actor: SYSTEM, batchId: null }));
    if (over.length === 0) schedule();
  }

  function noted(work: Promise<unknown>): void {
    work.catch((error: unknown) => log.error('a block could not be recorded; it counts until the next start', error));
  }

  /** The log names the address that it is about, whoever asked for it from wherever. */
  const about = (actor: Actor, { address, protocol }: StoredBan): Actor => ({ ...actor, ip: address, protocol, client: null });

  async function impose(ban: StoredBan, by: Change): Promise<Ban> {
    bans.set(ban.network, ban);
    offences.forget(ban.network);
    changed();
    const { score, logins, network, reason } = ban;
    const info = { score, until: ban.until === null ? null : isoTime(ban.until), logins, network, reason };
    // A block protects at once; a log that cannot be written now takes it later.
    const written = (): undefined => {
      table.put(ban);
    };
    await events.record({ type: 'IP_BLOCKED', info, ...by, actor: about(by.actor, ban), outcome: 'denied' }, written, { mayWait: true });
    return toBan(ban);
  }

  async function lift(ban: StoredBan, reason: string, by: Change): Promise<Ban> {
    bans.delete(ban.network);
    grown.delete(ban.network);
    offences.forget(ban.network);
    changed();
    const written = (): undefined => {
      table.remove(ban.network);
    };
    const info = { network: ban.network, reason };
    await events.record({ type: 'IP_UNBLOCKED', info, ...by, actor: about(by.actor, ban) }, written, { mayWait: true });
    return toBan(ban);
  }

  function current(address: string): StoredBan | undefined {
    const ban = bans.get(sourceOf(address));
    return ban === undefined || isOver(ban) ? undefined : ban;
  }

  /** Once a minute at most, so that knocking costs the database nothing. */
  function grow(ban: StoredBan): void {
    const { growthPercent, banMinutes } = settings();
    const now = clock.now();
    if (growthPercent === 0 || ban.by !== 'defender' || ban.until === null || now - (grown.get(ban.network) ?? ban.since) < MINUTE_MS)
      return;
    const until = Math.min(ban.until + (banMinutes * MINUTE_MS * growthPercent) / 100, Math.max(now + LONGEST_GROWN_MS, ban.until));
    grown.set(ban.network, now);
    bans.set(ban.network, { ...ban, until });
    try {
      store.transaction(() => table.prolong(ban.network, until));
    } catch (error) {
      log.warn('a longer block could not be stored; it counts until the next start', error);
    }
    schedule();
  }

  function makeRoom(): void {
    const own = [...bans.values()].filter(({ by }) => by === 'defender');
    if (own.length <= MOST_BANS) return;
    const first = own.reduce((a, b) => ((a.until ?? 0) <= (b.until ?? 0) ? a : b));
    noted(lift(first, 'too many addresses are blocked', { actor: SYSTEM, batchId: null }));
  }

  function isSpared(address: string, protocol: Protocol): boolean {
    const { enabled, spareLan } = settings();
    return !enabled || lists.verdict(address, protocol) === 'allow' || (spareLan && isInNetworks(bareAddress(address), LAN));
  }

  lists.onChange(() => {
    for (const ban of bans.values()) {
      if (lists.verdict(ban.address, ban.protocol ?? 'SFTP') === 'allow')
        noted(lift(ban, 'it is on the allow list', { actor: SYSTEM, batchId: null }));
    }
    changed();
  });
  schedule();

  return {
    refusal(address, protocol) {
      const verdict = lists.verdict(address, protocol);
      if (verdict !== null) return verdict === 'deny' ? DENIED : null;
      const ban = current(address);
      if (ban === undefined) return null;
      grow(ban);
      return ban.until === null ? DENIED : `Your address is blocked for ${minutesLeft(ban.until - clock.now())}. Ask the administrator.`;
    },

    expels(address, protocol) {
      const verdict = lists.verdict(address, protocol);
      if (verdict !== null) return verdict === 'deny';
      const ban = current(address);
      return ban !== undefined && ban.by !== 'defender';
    },

    report({ kind, protocol, address, login }) {
      if (isSpared(address, protocol) || current(address) !== undefined) return;
      const source = sourceOf(address);
      const score = offences.add(source, { kind, address, login });
      if (score < settings().threshold) return;
      const now = clock.now();
      const logins = offences.of(source)?.logins ?? [];
      const until = now + settings().banMinutes * MINUTE_MS;
      const ban = { address: bareAddress(address), network: source, protocol, score, logins, since: now, until } as const;
      noted(impose({ ...ban, reason: REASONS[kind], by: 'defender' }, { actor: { ...SYSTEM, origin: 'client' }, batchId: null }));
      makeRoom();
    },

    blocked: () =>
      [...bans.values()]
        .filter((ban) => !isOver(ban))
        .sort((a, b) => b.since - a.since)
        .map(toBan),

    watched: () =>
      offences
        .list()
        .map(({ source, address, score, logins, lastAt }) => ({ network: source, address, score, logins, lastAt: isoTime(lastAt) })),

    block({ address, minutes, reason }, by) {
      const bare = bareAddress(address);
      if (lists.verdict(bare, 'SFTP') === 'allow')
        return Promise.reject(
          new AppError('conflict', `${bare} is on the list of addresses that are always allowed. Take it off first.`, { field: 'address' }),
        );
      const now = clock.now();
      const isRule = by.actor.origin === 'rule';
      return impose(
        {
          address: bare,
          network: sourceOf(bare),
          protocol: null,
          score: 0,
          logins: [],
          reason: reason === '' ? (isRule ? 'by a rule' : 'by a person') : reason,
          by: isRule ? 'rule' : 'person',
          since: now,
          until: minutes === null ? null : now + minutes * MINUTE_MS,
        },
        by,
      );
    },

    unblock(address, by) {
      const ban = bans.get(sourceOf(bareAddress(address)));
      if (ban === undefined)
        return Promise.reject(new AppError('not_found', `${address} is not blocked. See defender.list.`, { field: 'address' }));
      return lift(ban, by.actor.origin === 'rule' ? 'lifted by a rule' : 'lifted by a person', by);
    },

    onChange: (listener) => void listeners.push(listener),
    close: () => clearTimeout(timer),
  };
}

/** Why an address was blocked, by what filled the measure. */
const REASONS: { readonly [Kind in Offence]: string } = {
  wrongPassword: 'too many failed sign-ins',
  unknownUser: 'too many failed sign-ins',
  limit: 'too many connections',
  noSignIn: 'too many connections without a sign-in',
};

function toBan({ since, until, ...ban }: StoredBan): Ban {
  return { ...ban, since: isoTime(since), until: until === null ? null : isoTime(until) };
}

function minutesLeft(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS);
  return minutes === 1 ? 'another minute' : `another ${minutes} minutes`;
}
