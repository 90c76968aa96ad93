import type { StoredEvent } from '../contract/event.ts';
import type { Store } from '../store/index.ts';

/** Whether an event is its account's first of a kind. */
export type IsFirst = (direction: 'upload' | 'download', event: StoredEvent) => boolean;

/** Notes what partners do for the first time. */
export type Firsts = {
  /** Notes it for good, inside the event's transaction and also while no rule asks. */
  readonly isFirst: IsFirst;
  /** Remembers whose first is safely on disk, so that the uploads after it need no look at the table. */
  onCommitted(events: readonly StoredEvent[]): void;
};

export function createFirsts({ tables }: Store): Firsts {
  const past = new Set<string>();
  /** Looked up in a transaction that may still fail. */
  let looked: { readonly event: StoredEvent; readonly key: string }[] = [];
  return {
    isFirst(direction, event) {
      if (event.origin !== 'client' || event._user === null) return false;
      const key = `${direction} ${event._user._id}`;
      if (past.has(key)) return false;
      looked.push({ event, key });
      return tables.rules.noteFirst(event._user._id, direction, event._id);
    },
    onCommitted(events) {
      if (looked.length === 0) return;
      const committed = new Set(events);
      for (const { event, key } of looked) if (committed.has(event)) past.add(key);
      looked = [];
    },
  };
}

/** Whether a past event was its account's first of a kind. */
export function isStoredFirst({ tables }: Store): IsFirst {
  return (direction, event) => event._user !== null && tables.rules.firstEvent(event._user._id, direction) === event._id;
}
