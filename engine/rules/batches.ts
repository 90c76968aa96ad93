import type { StoredEvent } from '../contract/event.ts';
import type { Timing } from '../contract/rule.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { Check } from './conditions.ts';
import { compileSchedule } from './cron.ts';
import type { ActiveRule } from './matcher.ts';

/** More events than this go into a further run: one mail must not become unreadable, nor one run's work unbounded. */
const MAX_ITEMS = 1000;
/** A partner's batch is complete after this long without another event (spec: events). */
const BATCH_QUIET_MS = 10_000;
/** Until a session ends: the year 9999. */
const OPEN_END = 253_402_300_799_000;
const MOVES = new Set<Timing['per']>(['batch', 'quiet']);

/** Where events gather, and when the run becomes due, ms since the epoch. */
export type BatchPlace = { readonly key: string; readonly notBefore: number };

/** One event that a rule takes. */
export type Taken = {
  readonly event: StoredEvent;
  readonly trigger: string;
  readonly checks: readonly Check[];
  readonly depth: number;
  /** Whom the run tells of it; each of those has batches of its own. */
  readonly recipientId: number | null;
};

/** Where an event of a rule gathers. `mayOpen` is false when only a batch that is there already can take it. */
type Place = { readonly key: string; readonly due: () => number; readonly mayOpen: boolean };

/**
 * Runs that gather events before they start (spec: rules, "Timing"). A batch is a run in the state `waiting` with a key; everything
 * about it is in the database, written in the events' own transactions, so a kill loses none of it.
 */
export type Batches = {
  /** Where a batch begins with this event; null for a rule that acts on each one, and for an event without an open session to wait for. */
  placeFor(rule: ActiveRule, taken: Taken): BatchPlace | null;
  /** Adds the event to the rule's open batch; false when there is none. */
  add(rule: ActiveRule, taken: Taken): boolean;
  /** Puts the first event into the batch that a run has just become. */
  open(runId: number, taken: Taken, place: BatchPlace): void;
  /** Makes due what waited for the end of this session; true when there was something. */
  sessionEnded(logout: StoredEvent): boolean;
  /** Follows which sessions are open. */
  onCommitted(events: readonly StoredEvent[]): void;
};

export function createBatches({ store, clock }: { readonly store: Store; readonly clock: Clock }): Batches {
  const { runs } = store.tables;
  /** Open sessions of partners by account. After a start there are none. */
  const sessions = new Map<number, Set<number>>();

  /** The account's open sessions without that of the event. */
  function othersOpen({ _session, _user }: StoredEvent): number[] {
    return [...(sessions.get(_user?._id ?? 0) ?? [])].filter((id) => id !== _session?._id);
  }

  function nextDigest({ at, zone }: Timing): number {
    const [hour, minute] = at.split(':').map(Number);
    const now = clock.now();
    return compileSchedule([`${minute} ${hour} * * *`], zone).next(now) ?? now;
  }

  function placeOf(rule: ActiveRule, { event, recipientId }: Taken): Place | null {
    const place = sharedPlace(rule, event);
    return place === null || recipientId === null ? place : { ...place, key: `${place.key} for ${recipientId}` };
  }

  function sharedPlace({ definition: { timing } }: ActiveRule, event: StoredEvent): Place | null {
    const user = event._user?._id ?? 0;
    const session = event._session;
    // What comes after a session has ended, its sign-out or what a rule does for it, must not wait for an end that has been.
    const isOpen = session?.expired === null;
    switch (timing.per) {
      case 'event':
        return null;
      case 'session':
        return session === null ? null : { key: `session ${session._id}`, due: () => OPEN_END, mayOpen: isOpen };
      case 'all-sessions':
        return session === null
          ? null
          : { key: `sessions of ${user}`, due: () => OPEN_END, mayOpen: isOpen || othersOpen(event).length > 0 };
      case 'batch':
        return session === null ? null : { key: `batch ${session._id}`, due: () => clock.now() + BATCH_QUIET_MS, mayOpen: isOpen };
      case 'quiet':
        return { key: `quiet ${user}`, due: () => clock.now() + timing.quietSeconds * 1000, mayOpen: true };
      case 'digest':
        return { key: 'digest', due: () => nextDigest(timing), mayOpen: true };
    }
  }

  return {
    placeFor(rule, taken) {
      const place = placeOf(rule, taken);
      return place?.mayOpen === true ? { key: place.key, notBefore: place.due() } : null;
    },
    add(rule, taken) {
      const place = placeOf(rule, taken);
      if (place === null) return false;
      const batch = runs.collecting(place.key, rule.id);
      if (batch === undefined) return false;
      runs.growBatch(batch.id, {
        ...growth(taken),
        depth: Math.max(batch.depth, taken.depth),
        // Only quiet begins anew with every event; a digest that is due must not slip to the next day.
        notBefore: MOVES.has(rule.definition.timing.per) ? place.due() : batch.notBefore,
      });
      if (batch.items + 1 >= MAX_ITEMS) runs.closeBatch(batch.id, clock.now());
      return true;
    },
    open(runId, taken, { notBefore }) {
      runs.growBatch(runId, { ...growth(taken), notBefore });
    },
    sessionEnded(logout) {
      const { _session, _user } = logout;
      if (_session === null || _user === null) return false;
      const now = clock.now();
      const isLast = othersOpen(logout).length === 0;
      const keys = [`session ${_session._id}`, `batch ${_session._id}`, ...(isLast ? [`sessions of ${_user._id}`] : [])];
      return keys.map((key) => runs.release(key, now)).some((released) => released > 0);
    },
    onCommitted(events) {
      for (const { type, _session, _user } of events) {
        if (_session === null || _user === null) continue;
        const open = sessions.get(_user._id);
        if (type === 'USER_LOGIN') {
          if (open === undefined) sessions.set(_user._id, new Set([_session._id]));
          else open.add(_session._id);
        } else if (type === 'USER_LOGOUT' && open !== undefined) {
          open.delete(_session._id);
          if (open.size === 0) sessions.delete(_user._id);
        }
      }
    },
  };
}

function growth({ event, trigger, checks, depth }: Taken) {
  return { eventId: event._id, trigger, trace: JSON.stringify(checks), depth };
}
