import type { StoredEvent } from '../contract/event.ts';
import type { Notice } from '../contract/notice.ts';
import type { HealthProblem, PushMessage } from '../contract/push.ts';
import type { Output } from '../contract/rpc.ts';
import type { Settings } from '../contract/settings.ts';
import type { EventLog } from '../events/log.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Store } from '../store/index.ts';
import type { Reads } from '../store/reads.ts';
import { KEPT_NOTICES } from '../store/notices-table.ts';
import { createDesktopGate } from './desktop-gate.ts';
import { NOTICED_TYPES, type Subject, subjectOf, type Words, wordsOf } from './subjects.ts';

/** The bell: what happened that somebody should know of, and when the desktop may show it. */
export type Notifications = {
  /** Catches up on what was committed before, and from then on follows the log. Call it once. */
  start(): Promise<void>;
  list(filter: { readonly unreadOnly: boolean; readonly before: number | null; readonly limit: number }): Output<'notifications.list'>;
  /** These, or all. */
  markRead(ids: readonly number[] | undefined): { unread: number };
  /** Keeps the desktop quiet for so long; 0 ends it. Survives a restart. */
  snooze(minutes: number): { snoozedUntil: string | null };
  /** Makes a notice and shows it at once, whatever the hour. */
  test(): Notice;
  /** A notice that a rule wants; one of the same key is replaced. */
  raise(notice: Pick<Notice, 'key' | 'level' | 'title' | 'body' | 'link'>): void;
  /** The present problems of the engine: each new one is a notice, one that is over counts as read. */
  health(problems: readonly HealthProblem[]): void;
  /** Makes notices of the events so far and shows what has become due; otherwise done by itself, a moment later. */
  settle(): void;
  close(): void;
};

export type NotificationServices = {
  readonly store: Store;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: () => Settings['notifications'];
  readonly publish: (message: PushMessage) => void;
};

/** Events of a burst are one write. */
const GATHER_MS = 250;
/** Something that never becomes quiet is shown after this time nevertheless. */
const LONGEST_WAIT_MS = 300_000;
/** Of one page while catching up, and pages at most: what is older than that was not looked at for too long to be news. */
const CATCH_UP_PAGE = 500;
const CATCH_UP_PAGES = 20;
const MINUTE_MS = 60_000;
/** Node's timers count in 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Begins the keys of notices that rules raise. */
const RAISED = 'raised:';
/** Titles that a summary names. */
const SUMMARISED = 3;

export function createNotifications(services: NotificationServices): Notifications {
  const { store, events, clock, log, settings, publish } = services;
  const { notices, meta, accounts } = store.tables;
  const gate = createDesktopGate({ clock, settings, snoozedUntil });
  /** Everything up to here is read from the log by `start`; what is newer comes by itself, and is kept back until then. */
  const subscribedAt = events.newestId();
  let arrived: StoredEvent[] = [];
  let started = false;
  /** Keys that the desktop has yet to show: when, and since when they wait, ms since the epoch. */
  const waiting = new Map<string, { readonly dueAt: number; readonly since: number; readonly wasHeldBack: boolean }>();
  let timer: NodeJS.Timeout | undefined;
  let problemsNow: ReadonlySet<string> = new Set();

  function snoozedUntil(): number {
    const until = Number(meta.get('snoozed_until') ?? 0);
    return until > clock.now() ? until : 0;
  }

  function tell(notice: Notice, desktop: boolean): void {
    publish({ kind: 'notice', notice, unread: notices.unread(), desktop });
  }

  /** Makes or updates the notices of these events in one transaction that also notes how far the log was read. */
  function absorb(batch: readonly StoredEvent[]): void {
    const last = batch.at(-1);
    if (last === undefined) return;
    const tallies = new Map<string, { readonly subject: Subject; tally: string }>();
    // A partner who sends a thousand files is looked up once.
    const partners = new Map<number | null, string>();
    for (const event of batch) {
      const subject = subjectOf(event, settings());
      if (subject === undefined) continue;
      const tally = tallies.get(subject.key)?.tally ?? storedTally(subject);
      const partner = partners.get(event._user?._id ?? null) ?? partnerOf(event);
      partners.set(event._user?._id ?? null, partner);
      tallies.set(subject.key, { subject, tally: subject.add(tally, event, partner) });
    }
    const made = store.transaction(() => {
      meta.put('noticed_to', String(last._id));
      return [...tallies].flatMap(([key, { subject, tally }]) => {
        const words = wordsOf(key, tally, { hideNames: false });
        return words === undefined ? [] : [{ subject, notice: notices.put({ key, ...words, tally }, clock.now()) }];
      });
    });
    for (const { subject, notice } of made) {
      tell(notice, false);
      wait(notice, subject.quietMs);
    }
  }

  function storedTally({ key, startsAnewWhenRead }: Subject): string | undefined {
    const stored = notices.byKey(key);
    return stored === undefined || (startsAnewWhenRead && stored.notice.readAt !== null) ? undefined : stored.tally;
  }

  function partnerOf({ _user }: StoredEvent): string {
    const displayName = _user === null ? undefined : accounts.byId(_user._id)?.account.displayName;
    return displayName === undefined || displayName === '' ? (_user?._generated_displayname ?? 'Somebody') : displayName;
  }

  /** The desktop is to show this notice once nothing has been added to it for `quietMs`. */
  function wait({ key, level }: Notice, quietMs: number): void {
    if (level === 'quiet') return;
    const now = clock.now();
    const since = waiting.get(key)?.since ?? now;
    waiting.set(key, {
      since,
      dueAt: Math.min(now + quietMs, since + LONGEST_WAIT_MS),
      wasHeldBack: waiting.get(key)?.wasHeldBack ?? false,
    });
  }

  /** Shows what is due and not held back: one by one, or as a summary when several were held back until now. */
  function showDue(): void {
    const now = clock.now();
    const open: Notice[] = [];
    for (const [key, entry] of waiting) {
      const notice = notices.byKey(key)?.notice;
      if (notice === undefined || notice.readAt !== null) waiting.delete(key);
      else if (entry.dueAt <= now && gate.opensAt(notice.level) <= now) open.push(notice);
      else if (entry.dueAt <= now) waiting.set(key, { ...entry, wasHeldBack: true });
    }
    if (open.length > 1 && open.some(({ key }) => waiting.get(key)?.wasHeldBack)) {
      for (const { key } of open) waiting.delete(key);
      summarise(open);
      return;
    }
    for (const notice of open) {
      const entry = waiting.get(notice.key);
      if (entry === undefined) continue;
      if (gate.opensAt(notice.level) > now) {
        waiting.set(notice.key, { ...entry, wasHeldBack: true });
        continue;
      }
      waiting.delete(notice.key);
      show(notice);
    }
  }

  function show(notice: Notice): void {
    const stored = settings().hideNames ? notices.byKey(notice.key) : undefined;
    const counted = stored === undefined ? undefined : wordsOf(notice.key, stored.tally, { hideNames: true });
    // What a rule says may name files; its title is what somebody wrote for the desktop.
    const words = counted ?? (stored !== undefined && notice.key.startsWith(RAISED) ? { body: '' } : undefined);
    gate.shown();
    tell({ ...notice, ...words }, true);
  }

  /** One notice for several; it is for the desktop, so the bell keeps it as read beside those that it stands for. */
  function summarise(several: readonly Notice[]): void {
    const level = several.some((notice) => notice.level === 'act') ? 'act' : 'know';
    const titles = several.slice(0, SUMMARISED).map(({ title }) => title);
    const others = several.length - titles.length;
    const summary = put('summary', {
      level,
      title: `${several.length} new notices`,
      body: titles.join('. ') + (others > 0 ? `. And ${others} more` : ''),
      link: '/notices',
    });
    notices.markRead([summary.id], clock.now());
    gate.shown();
    tell({ ...summary, readAt: summary.updatedAt }, true);
  }

  /** A notice that counts nothing. */
  function put(key: string, words: Words): Notice {
    return store.transaction(() => notices.put({ key, ...words, tally: '{}' }, clock.now()));
  }

  /** Sets the one timer to the next moment at which something is to be done. */
  function arm(): void {
    clearTimeout(timer);
    timer = undefined;
    const now = clock.now();
    const moments = [...waiting].map(([key, { dueAt }]) =>
      dueAt > now ? dueAt : gate.opensAt(notices.byKey(key)?.notice.level ?? 'know'),
    );
    if (arrived.length > 0) moments.push(now + GATHER_MS);
    if (moments.length === 0) return;
    const delay = Math.max(0, Math.min(...moments) - now);
    timer = setTimeout(settle, Math.min(delay, LONGEST_TIMER_MS)).unref();
  }

  function settle(): void {
    const batch = arrived;
    try {
      if (started) {
        arrived = [];
        absorb(batch);
      }
      showDue();
    } catch (error) {
      // The events themselves stand in the log; the next start reads them again from where the last write came to.
      log.error('notices could not be written', error);
    }
    if (started) arm();
  }

  const unsubscribe = events.subscribe((batch) => {
    const noticed = batch.filter(({ type }) => NOTICED_TYPES.includes(type));
    if (noticed.length === 0) return;
    const isFirst = arrived.length === 0;
    arrived.push(...noticed);
    if (isFirst && started) arm();
  });

  async function catchUp(): Promise<void> {
    const noticedTo = meta.get('noticed_to');
    if (noticedTo === null) {
      meta.put('noticed_to', String(subscribedAt));
      return;
    }
    let after: number | null = Number(noticedTo);
    for (let page = 0; after !== null && after < subscribedAt && page < CATCH_UP_PAGES; page++) {
      const found: Reads['events.search']['result'] = await store.reader.read('events.search', {
        after,
        types: NOTICED_TYPES,
        limit: CATCH_UP_PAGE,
      });
      absorb(found.events.filter(({ _id }) => _id <= subscribedAt));
      after = found.cursor;
    }
  }

  return {
    async start() {
      try {
        await catchUp();
      } catch (error) {
        log.error('notices of what happened before this start could not be made', error);
      }
      started = true;
      settle();
    },
    list(filter) {
      const until = snoozedUntil();
      return { notices: notices.list(filter), unread: notices.unread(), snoozedUntil: until === 0 ? null : isoTime(until) };
    },
    markRead(ids) {
      store.transaction(() => {
        if (ids === undefined) notices.markAllRead(clock.now());
        else notices.markRead(ids, clock.now());
      });
      return { unread: notices.unread() };
    },
    snooze(minutes) {
      const until = minutes === 0 ? 0 : clock.now() + minutes * MINUTE_MS;
      meta.put('snoozed_until', String(until));
      settle();
      return { snoozedUntil: until === 0 ? null : isoTime(until) };
    },
    test() {
      const notice = put('test', {
        level: 'know',
        title: 'Test notice',
        body: 'This is how a notice looks.',
        link: '/settings/notifications',
      });
      tell(notice, true);
      return notice;
    },
    raise({ key, ...words }) {
      const notice = put(`${RAISED}${key}`, words);
      tell(notice, false);
      wait(notice, 0);
      settle();
    },
    health(problems) {
      // Somebody paused the server on purpose.
      const present = problems.filter(({ id }) => id !== 'paused');
      const ids = new Set(present.map(({ id }) => id));
      for (const { id, message } of present) {
        if (problemsNow.has(id)) continue;
        const link = id.startsWith('listener-') ? '/settings/servers' : '/';
        const notice = put(`problem:${id}`, { level: 'act', title: 'Gatehouse needs attention', body: message, link });
        tell(notice, false);
        wait(notice, 0);
      }
      problemsNow = ids;
      const unread = notices.list({ unreadOnly: true, before: null, limit: KEPT_NOTICES });
      for (const notice of unread.filter(({ key }) => key.startsWith('problem:') && !ids.has(key.slice('problem:'.length)))) {
        const now = clock.now();
        notices.markRead([notice.id], now);
        tell({ ...notice, readAt: isoTime(now) }, false);
      }
      settle();
    },
    settle,
    close() {
      unsubscribe();
      settle();
      clearTimeout(timer);
      // A long log of other events need not be looked through by the next start.
      if (started && arrived.length === 0 && store.damage.found() === null) meta.put('noticed_to', String(events.newestId()));
    },
  };
}
