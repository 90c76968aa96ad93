import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { LogState } from '../store/events-table.ts';
import type { Reader } from '../store/reader.ts';
import type { EventLog } from './log.ts';
import { type LogPosition, nextPosition, requirePosition } from './log-position.ts';

export type PollRequest = {
  /** Only events after it; undefined for everything since the session's first poll. */
  readonly after: LogPosition | undefined;
  readonly limit: number;
  /** `all`: also types that are not pollable. */
  readonly scope: 'pollable' | 'all';
  /** How long to wait for the first one, ms; 0 answers at once. */
  readonly waitMs: number;
  readonly sessionId: number | null;
  /** What of the log the poller sees; left out: everything. */
  readonly view?: { readonly reader: Reader; readonly sees: (event: StoredEvent) => boolean };
  /** The poller has gone. */
  readonly signal: AbortSignal;
};

export type PollAnswer = LogState & {
  /** In the order of their ids. */
  readonly events: readonly StoredEvent[];
  /** The `after` of the next poll; a number wherever that says enough. */
  readonly cursor: number | string;
};

export type EventPoll = {
  /** Rejects with `gone` when events after the position are missing or the position lies beyond the log, `shutting_down` after `close`. */
  poll(request: PollRequest): Promise<PollAnswer>;
  /** How many wait now. */
  waiting(): number;
  /** Answers everybody who waits; at a stop. */
  close(): void;
};

type Waiter = (events: readonly StoredEvent[], pollable: readonly StoredEvent[]) => void;

export function createEventPoll(services: { readonly reader: Reader; readonly events: EventLog }): EventPoll {
  const { reader, events } = services;
  const everything = { reader, sees: () => true };
  const waiters = new Set<Waiter>();
  /** Where the log stood when a session polled first. As many as tokens were used since the start. */
  const starts = new Map<number | null, number>();
  const closing = new AbortController();
  // One look at each batch for all who wait.
  const unsubscribe = events.follow((batch) => {
    if (waiters.size === 0) return;
    const pollable = batch.filter((event) => event.pollable);
    for (const waiter of waiters) waiter(batch, pollable);
  });

  function startOf(sessionId: number | null): number {
    const start = starts.get(sessionId) ?? events.newestId();
    starts.set(sessionId, start);
    return start;
  }

  async function poll({ after, limit, scope, waitMs, sessionId, signal, view = everything }: PollRequest): Promise<PollAnswer> {
    const position = after ?? { id: startOf(sessionId), removals: null };
    // What is committed while the reader looks is kept here, so that nothing falls between the look and the wait.
    const heard: StoredEvent[] = [];
    let wake = (): void => undefined;
    const waiter: Waiter = (batch, pollable) => {
      if (heard.length < limit) heard.push(...(scope === 'all' ? batch : pollable).filter((event) => view.sees(event)));
      if (heard.length > 0) wake();
    };
    if (waitMs > 0) waiters.add(waiter);
    try {
      const { events: found, ...page } = await view.reader.read('events.search', {
        ...(scope === 'all' ? {} : { pollable: true }),
        after: position.id,
        limit,
      });
      // Whose first poll was long ago and who never said where he is can only begin anew, with the next one.
      if (after === undefined && position.id < page.removed[scope].to) starts.delete(sessionId);
      requirePosition(page, position, scope, 'after');
      const { logId, oldestId, newestId: newestFound, removed } = page;
      const log = { logId, oldestId, newestId: newestFound, removed };
      if (found.length > 0 || page.partial)
        return { ...log, events: found, cursor: nextPosition(removed[scope], page.cursor ?? page.newestId) };
      const fresh = (): StoredEvent[] => heard.filter((event) => event._id > page.newestId).slice(0, limit);
      if (fresh().length === 0 && waitMs > 0)
        await waiting(waitMs, [signal, closing.signal], (resolve) => (wake = () => fresh().length > 0 && resolve()));
      const answer = fresh();
      const newestId = Math.max(page.newestId, events.newestId());
      return { ...log, newestId, events: answer, cursor: answer.at(-1)?._id ?? page.newestId };
    } finally {
      waiters.delete(waiter);
    }
  }

  return {
    poll: (request) => (closing.signal.aborted ? Promise.reject(new AppError('shutting_down')) : poll(request)),
    waiting: () => waiters.size,
    close() {
      unsubscribe();
      closing.abort();
    },
  };
}

/** Resolves when `arm` is told to, after `ms`, or when one of the signals is given; leaves nothing behind. */
async function waiting(ms: number, signals: readonly AbortSignal[], arm: (resolve: () => void) => void): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return;
  let timer: NodeJS.Timeout | undefined;
  let end = (): void => undefined;
  await new Promise<void>((resolve) => {
    end = () => resolve();
    timer = setTimeout(end, ms);
    for (const signal of signals) signal.addEventListener('abort', end);
    arm(end);
  });
  clearTimeout(timer);
  for (const signal of signals) signal.removeEventListener('abort', end);
}
