import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import type { Origin, Outcome, Protocol, RecordKind, StoredEvent } from '../contract/event.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { readOnlyError } from '../store/damage.ts';
import { isUnwritable } from '../store/database.ts';
import type { EventRow, EventSession } from '../store/events-table.ts';
import type { Store } from '../store/index.ts';
import { type Backlog, createBacklog, type LogTrouble } from './backlog.ts';
import { EVENTS, type EventInfo, type EventType } from './catalog.ts';
import { toEventRow } from './event-row.ts';
import { keepingOf, type LogSettings, operationAsKept, personalInfoOf } from './keeping.ts';
import type { Gap, Reserve } from './reserve.ts';

/** Who or what caused an event. */
export type Actor = {
  readonly sessionId: number | null;
  readonly userId: number | null;
  /** The login name: what rules and filters go by. */
  readonly userName: string | null;
  /** What the log shows instead, where that is another name. */
  readonly displayName?: string | null;
  readonly ip: string | null;
  readonly protocol: Protocol | null;
  readonly client: string | null;
  readonly origin: Origin;
  /** Run id, for `origin: rule`. */
  readonly causedBy: number | null;
};

/** The engine itself. */
export const SYSTEM: Actor = {
  sessionId: null,
  userId: null,
  userName: null,
  ip: null,
  protocol: null,
  client: null,
  origin: 'system',
  causedBy: null,
};

/** An event about to be recorded. What is left out is null, or `ok` for the outcome. */
export type EventDraft<T extends EventType = EventType> = {
  readonly type: T;
  readonly info: EventInfo<T>;
  readonly actor: Actor;
  /** The record of schema BASE, or the kind of object of schema USER where the type leaves it open. */
  readonly object?:
    | { readonly schema: 'BASE'; readonly type: RecordKind }
    | { readonly schema: 'USER'; readonly type: 'file' | 'directory' };
  readonly objectId?: number | null;
  readonly objectVersion?: number | null;
  readonly path?: string | null;
  readonly targetPath?: string | null;
  readonly bytes?: number | null;
  readonly durationMs?: number | null;
  readonly outcome?: Outcome;
  readonly batchId?: number | null;
  /** When it happened, ms since the epoch; now by default. */
  readonly at?: number;
  /** What rules held back until now, and has happened with this event: see RunRow.hold. */
  readonly releases?: string;
};

/** Ids that only the transaction knows. */
export type Identified = { readonly objectId: number; readonly objectVersion: number };

export type RecordOptions = {
  /** It has happened already and nobody builds on what `inTransaction` writes: on a full disk it may be done later, or never after a kill. */
  readonly mayWait?: boolean;
};

export type EventLog = {
  /**
   * Validates, inserts and publishes. Resolves when the event is committed together with everything that `inTransaction` and the
   * rules' queue wrote; records of one turn of the event loop share a commit. Rejects, with nothing written, when the insert fails.
   * While the disk cannot be written, an event that has nothing to commit with it, or something that may wait, is kept in memory and resolves
   * with the id 0; any other one rejects with `log_unavailable`.
   */
  record<T extends EventType>(
    draft: EventDraft<T>,
    inTransaction?: () => Identified | undefined,
    options?: RecordOptions,
  ): Promise<StoredEvent>;
  /** Called inside the event's own transaction, after the insert; what it writes commits with the event, what it throws undoes it. */
  onInsert(listener: (event: StoredEvent, releases: string | undefined) => void): void;
  /** Called after a commit with its events in order, whole: for the engine's own parts. Returns the function that ends it. */
  subscribe(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** The same for readers of the log: as they are kept, without those that the settings do not want. */
  follow(listener: (events: readonly StoredEvent[]) => void): () => void;
  newestId(): number;
  /** An operation that rules were asked about, told as an event: what of it may stay when their run has ended. */
  operationAsKept(operation: StoredEvent): StoredEvent;
  /** Waits for everything recorded so far. */
  flush(): Promise<void>;
  /** What is wrong with the disk under the log; null when all is well. Operations that must not go unrecorded ask before they begin. */
  trouble(): LogTrouble | null;
  /** Called when trouble begins and when it is over. */
  onTrouble(listener: () => void): void;
  /** Writes what waits, if it can now; for a stop. Nothing may be recorded afterwards. */
  close(): void;
};

export type EventLogServices = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is to be kept; without it everything is. */
  readonly settings?: () => LogSettings;
  /** Room for the hour of need; without it there is none. */
  readonly reserve?: Reserve;
};

type Pending = {
  readonly draft: EventDraft;
  readonly inTransaction: (() => Identified | undefined) | undefined;
  readonly mayWait: boolean;
  readonly resolve: (event: StoredEvent) => void;
  readonly reject: (error: unknown) => void;
};

type Waiting = Pick<Pending, 'draft' | 'inTransaction'>;

/** An event as its own transaction wrote it, and what the log keeps of it. */
type Inserted = { readonly event: StoredEvent; readonly kept: StoredEvent | null };

type Listener = (events: readonly StoredEvent[]) => void;

const REASON = 'The disk could not be written.';
const REASON_OF_EARLIER = 'Gatehouse ended while the disk could not be written.';

/** The log on the engine's one writer connection. */
export function createEventLog({ store, clock, log, settings, reserve }: EventLogServices): EventLog {
  const table = store.tables.events;
  const insertListeners: ((event: StoredEvent, releases: string | undefined) => void)[] = [];
  const subscribers = new Set<Listener>();
  const followers = new Set<Listener>();
  let group: Pending[] = [];
  let lastRun: { readonly id: number; readonly sessionId: number | null } = { id: 0, sessionId: null };

  const backlog: Backlog<Waiting> = createBacklog({
    reserve,
    clock,
    isUnwritable,
    write(entries, gap) {
      store.damage.refuse();
      const last = gap === null ? [] : [{ draft: gapDraft(gap, REASON, clock.now()), inTransaction: undefined }];
      publish(store.transaction(() => [...entries, ...last].map(insert)));
    },
  });

  /**
   * What a rule does belongs to the session that caused it, not to the one inside the engine that the rule acts through. A run records
   * several events one after the other.
   */
  function sessionOfRun(id: number): number | null {
    if (lastRun.id !== id) lastRun = { id, sessionId: store.tables.sessions.ofRun(id) };
    return lastRun.sessionId;
  }

  function toRow(draft: EventDraft, ids: Identified | undefined): EventRow {
    const { sessionId, causedBy } = draft.actor;
    return toEventRow(draft, { ids, sessionId: causedBy === null ? sessionId : sessionOfRun(causedBy), now: clock.now() });
  }

  const sessionOf = ({ sessionId }: EventRow): EventSession | null => (sessionId === null ? null : store.tables.sessions.get(sessionId));

  function insert({ draft, inTransaction }: Waiting): Inserted {
    const row = toRow(draft, inTransaction?.());
    const event = table.insert(row, sessionOf(row));
    for (const listener of insertListeners) listener(event, draft.releases);
    return { event, kept: keep(event, row, draft.type) };
  }

  /** Takes out what the settings do not want, now or when no run needs it any more. */
  function keep(event: StoredEvent, row: EventRow, type: EventType): StoredEvent | null {
    const keeping = settings === undefined ? 'whole' : keepingOf(settings(), { ...row, type });
    if (keeping === 'whole') return event;
    const { _id: id } = event;
    const removal = keeping === 'nothing';
    const personalInfo = personalInfoOf(type);
    if (table.isNeeded(id)) {
      store.tables.eventDues.put({ eventId: id, removal, personalInfo });
      return removal ? null : table.stripped(id, row, personalInfo);
    }
    if (!removal) return table.strip(id, row, personalInfo);
    table.remove(id);
    return null;
  }

  function write(entries: readonly Pending[]): void {
    const inserted = store.transaction(() => entries.map(insert));
    entries.forEach(({ resolve }, index) => {
      const { event } = inserted[index] ?? {};
      if (event !== undefined) resolve(event);
    });
    publish(inserted);
  }

  /** One commit for all; when one of them fails, each on its own, so that it fails alone. */
  function commit(): void {
    const entries = group;
    group = [];
    try {
      if (entries.length > 1 && !backlog.isHolding()) {
        write(entries);
        return;
      }
    } catch {
      // Which of them it was shows below.
    }
    entries.forEach(commitAlone);
  }

  function commitAlone(entry: Pending): void {
    if (backlog.isHolding()) {
      postpone(entry);
      return;
    }
    try {
      write([entry]);
    } catch (error) {
      if (!isUnwritable(error)) refuse(entry, error);
      else if (store.damage.found() === null && backlog.useReserve()) commitAlone(entry);
      else {
        log.error('the event log cannot be written; events wait in memory', error);
        postpone(entry);
      }
    }
  }

  /** What only tells of something waits; what others build on is refused. */
  function postpone({ draft, inTransaction, mayWait, resolve, reject }: Pending): void {
    if (!mayWait) {
      backlog.refused();
      reject(store.damage.found() === null ? new AppError('log_unavailable') : readOnlyError());
      return;
    }
    const dated = { ...draft, at: draft.at ?? clock.now() };
    backlog.hold({ draft: dated, inTransaction });
    const row = toRow(dated, undefined);
    resolve(table.preview(row, sessionOf(row)));
  }

  function refuse({ draft, reject }: Pending, error: unknown): void {
    log.error(`${draft.type} could not be recorded`, error);
    // An AppError comes from the caller's own inTransaction and says itself what is wrong; anything else means that the log cannot be written.
    reject(error instanceof AppError && error.kind !== 'ours' ? error : new AppError('log_unavailable', undefined, { cause: error }));
  }

  function publish(inserted: readonly Inserted[]): void {
    if (inserted.length === 0) return;
    tell(
      subscribers,
      inserted.map(({ event }) => event),
    );
    const kept = inserted.flatMap((one) => (one.kept === null ? [] : [one.kept]));
    if (kept.length > 0) tell(followers, kept);
  }

  function tell(listeners: ReadonlySet<Listener>, events: readonly StoredEvent[]): void {
    for (const listener of listeners) {
      try {
        listener(events);
      } catch (error) {
        log.error('a subscriber of the event log failed', error);
      }
    }
  }

  function listen(listeners: Set<Listener>, listener: Listener): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  function record(draft: EventDraft, inTransaction?: Pending['inTransaction'], options: RecordOptions = {}): Promise<StoredEvent> {
    const checked = z.safeParse(EVENTS[draft.type].info, draft.info);
    if (!checked.success) {
      return Promise.reject(new AppError('internal', `${draft.type} was recorded with an invalid info: ${z.prettifyError(checked.error)}`));
    }
    return new Promise((resolve, reject) => {
      const mayWait = inTransaction === undefined || options.mayWait === true;
      group.push({ draft, inTransaction, mayWait, resolve, reject });
      if (group.length === 1) setImmediate(commit);
    });
  }

  // Held back from the first event on, so that none of them tries a database that must not be written.
  if (store.damage.found() !== null) backlog.holdBack();
  store.damage.onFound(() => backlog.holdBack());

  const earlier = reserve?.earlierGap ?? null;
  if (earlier !== null && store.damage.found() === null) {
    // Noted until it is in the log: a start may be cut short too.
    record(gapDraft(earlier, REASON_OF_EARLIER, clock.now())).then(
      () => reserve?.noteGap(null),
      (error: unknown) => log.error('the gap that an earlier run left could not be recorded', error),
    );
  }

  return {
    record,
    onInsert: (listener) => void insertListeners.push(listener),
    subscribe: (listener) => listen(subscribers, listener),
    follow: (listener) => listen(followers, listener),
    newestId: () => table.newestId(),
    operationAsKept: (operation) => (settings === undefined ? operation : operationAsKept(settings(), operation)),
    flush: () => new Promise((resolve) => setImmediate(resolve)),
    trouble: () => backlog.trouble(),
    onTrouble: (listener) => backlog.onTrouble(listener),
    close: () => backlog.close(),
  };
}

/** The event that tells of what is missing; `to` is the present. */
function gapDraft({ from, waiting, lost, refused }: Gap, reason: string, now: number): EventDraft<'LOG_GAP'> {
  const info = { lost: lost + waiting, refused, from: isoTime(from), to: isoTime(now), reason };
  return { type: 'LOG_GAP', info, actor: SYSTEM, outcome: 'failed' };
}
