import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import type { Origin, Outcome, Protocol, RecordKind, StoredEvent } from '../contract/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { EventRow } from '../store/events-table.ts';
import type { Store } from '../store/index.ts';
import { EVENTS, type EventInfo, type EventType } from './catalog.ts';

/** Who or what caused an event. */
export type Actor = {
  readonly sessionId: number | null;
  readonly userId: number | null;
  readonly userName: string | null;
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
};

/** Ids that only the transaction knows. */
export type Identified = { readonly objectId: number; readonly objectVersion: number };

export type EventLog = {
  /**
   * Validates, inserts and publishes. Resolves when the event is committed together with everything that `inTransaction` and the
   * rules' queue wrote; records of one turn of the event loop share a commit. Rejects, with nothing written, when the insert fails.
   */
  record<T extends EventType>(draft: EventDraft<T>, inTransaction?: () => Identified | undefined): Promise<StoredEvent>;
  /** Called inside the event's own transaction, after the insert; what it writes commits with the event, what it throws undoes it. */
  onInsert(listener: (event: StoredEvent) => void): void;
  /** Called after a commit with its events in order. Returns the function that ends it. */
  subscribe(listener: (events: readonly StoredEvent[]) => void): () => void;
  newestId(): number;
  /** Waits for everything recorded so far. */
  flush(): Promise<void>;
};

type Pending = {
  readonly draft: EventDraft;
  readonly inTransaction: (() => Identified | undefined) | undefined;
  readonly resolve: (event: StoredEvent) => void;
  readonly reject: (error: unknown) => void;
};

/** The log on the engine's one writer connection. */
export function createEventLog(services: { readonly store: Store; readonly clock: Clock; readonly log: Logger }): EventLog {
  const { store, clock, log } = services;
  const insertListeners: ((event: StoredEvent) => void)[] = [];
  const subscribers = new Set<(events: readonly StoredEvent[]) => void>();
  let group: Pending[] = [];
  let lastRun: { readonly id: number; readonly sessionId: number | null } = { id: 0, sessionId: null };

  /**
   * What a rule does belongs to the session that caused it, not to the one inside the engine that the rule acts through. A run records
   * several events one after the other.
   */
  function sessionOfRun(id: number): number | null {
    if (lastRun.id !== id) lastRun = { id, sessionId: store.tables.sessions.ofRun(id) };
    return lastRun.sessionId;
  }

  function insert({ draft, inTransaction }: Pending): StoredEvent {
    const ids = inTransaction?.();
    const definition = EVENTS[draft.type];
    const { actor } = draft;
    const sessionId = actor.causedBy === null ? actor.sessionId : sessionOfRun(actor.causedBy);
    const row: EventRow = {
      at: draft.at ?? clock.now(),
      type: draft.type,
      pollable: definition.pollable,
      ip: actor.ip,
      schema: draft.object?.schema ?? (definition.schema === 'BOTH' ? null : definition.schema),
      objecttype: draft.object?.type ?? definition.objecttype,
      objectId: ids?.objectId ?? draft.objectId ?? null,
      objectVersion: ids?.objectVersion ?? draft.objectVersion ?? null,
      sessionId,
      userId: actor.userId,
      userName: actor.userName,
      protocol: actor.protocol,
      client: actor.client,
      path: draft.path ?? null,
      targetPath: draft.targetPath ?? null,
      bytes: draft.bytes ?? null,
      durationMs: draft.durationMs ?? null,
      outcome: draft.outcome ?? 'ok',
      batchId: draft.batchId ?? null,
      origin: actor.origin,
      causedBy: actor.causedBy,
      info: JSON.stringify(draft.info),
    };
    const session = sessionId === null ? null : store.tables.sessions.get(sessionId);
    const event = store.tables.events.insert(row, session);
    for (const listener of insertListeners) listener(event);
    return event;
  }

  /** One commit for all; when one of them fails, each on its own, so that it fails alone. */
  function commit(): void {
    const entries = group;
    group = [];
    let done: { entry: Pending; event: StoredEvent }[] = [];
    try {
      done = store.transaction(() => entries.map((entry) => ({ entry, event: insert(entry) })));
    } catch (error) {
      if (entries.length === 1) {
        refuse(entries[0], error);
        return;
      }
      for (const entry of entries) {
        try {
          done.push({ entry, event: store.transaction(() => insert(entry)) });
        } catch (own) {
          refuse(entry, own);
        }
      }
    }
    for (const { entry, event } of done) entry.resolve(event);
    publish(done.map(({ event }) => event));
  }

  function refuse(entry: Pending | undefined, error: unknown): void {
    log.error(`${entry?.draft.type ?? 'an event'} could not be recorded`, error);
    // A user's error comes from the caller's own inTransaction; anything else means that the log cannot be written now.
    entry?.reject(
      error instanceof AppError && error.kind === 'user' ? error : new AppError('log_unavailable', undefined, { cause: error }),
    );
  }

  function publish(events: readonly StoredEvent[]): void {
    if (events.length === 0) return;
    for (const subscriber of subscribers) {
      try {
        subscriber(events);
      } catch (error) {
        log.error('a subscriber of the event log failed', error);
      }
    }
  }

  return {
    record(draft, inTransaction) {
      const checked = z.safeParse(EVENTS[draft.type].info, draft.info);
      if (!checked.success) {
        return Promise.reject(
          new AppError('internal', `${draft.type} was recorded with an invalid info: ${z.prettifyError(checked.error)}`),
        );
      }
      return new Promise((resolve, reject) => {
        group.push({ draft, inTransaction, resolve, reject });
        if (group.length === 1) setImmediate(commit);
      });
    },
    onInsert: (listener) => void insertListeners.push(listener),
    subscribe(listener) {
      subscribers.add(listener);
      return () => void subscribers.delete(listener);
    },
    newestId: () => store.tables.events.newestId(),
    flush: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
