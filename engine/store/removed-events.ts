import type Database from 'better-sqlite3';

/** How far and how often retention has taken events out of the log. It is what a reader's position is judged by: see engine/events/log-position.ts. */
export type RemovedEvents = { readonly all: Removed; readonly pollable: Removed };

type Removed = {
  /** Largest id that was removed; 0 for none. */
  readonly to: number;
  /** How many transactions removed some. */
  readonly times: number;
};

export const REMOVED_KEY = 'removed_events';
const NONE: Removed = { to: 0, times: 0 };

/** The note as it stands in `meta`. */
export function toRemoved(value: string | null): RemovedEvents {
  return value === null ? { all: NONE, pollable: NONE } : (JSON.parse(value) as RemovedEvents);
}

/** Notes what a transaction of retention removes, one row however many events; called inside that transaction. */
export function createRemovedNote(db: Database.Database): (events: readonly { readonly id: number; readonly pollable: number }[]) => void {
  const read = db.prepare<[], { value: string }>(`SELECT value FROM meta WHERE key = '${REMOVED_KEY}'`);
  const write = db.prepare<[string]>(
    `INSERT INTO meta (key, value) VALUES ('${REMOVED_KEY}', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
  return (events) => {
    const before = toRemoved(read.get()?.value ?? null);
    const pollable = events.filter((event) => event.pollable === 1);
    write.run(JSON.stringify({ all: grown(before.all, events), pollable: grown(before.pollable, pollable) } satisfies RemovedEvents));
  };
}

function grown(before: Removed, events: readonly { readonly id: number }[]): Removed {
  if (events.length === 0) return before;
  return { to: events.reduce((to, { id }) => Math.max(to, id), before.to), times: before.times + 1 };
}
