import type { FetchCursor } from '../actions/runner.ts';
import type { EventLog } from '../events/log.ts';
import type { Store } from '../store/index.ts';
import type { Attempt } from './perform.ts';
import type { RulesServices } from './services.ts';

const BEGINNING = { item: 0, parts: 0 };

/** The cursor of one step of a rule in one source; null for a test. */
export function fetchCursor(
  { store }: Pick<RulesServices, 'store'>,
  { rule, planned, account }: Pick<Attempt, 'rule' | 'planned' | 'account'>,
  source: string,
): FetchCursor | null {
  if (rule === null) return null;
  const table = store.tables.fetchCursors;
  // In the tree of each user it is another fetching.
  const key = { ruleId: rule.id, step: planned.index, source: `${account?.id ?? 0} ${source}` };
  return {
    get(validity) {
      const found = table.get(key);
      return found?.validity === validity ? { item: found.item, parts: found.parts } : BEGINNING;
    },
    put: (validity, position) => store.transaction(() => table.put(key, { validity, ...position })),
    putWith: (path, validity, position) =>
      store.transaction(() => {
        if (table.get(key)?.validity !== validity) table.put(key, { validity, ...BEGINNING });
        table.promise(key, account?.id ?? 0, path, position);
      }),
  };
}

/** Moves cursors on in the transaction of the event of the file that they wait for. */
export function keepFetchCursors({ store, events }: { readonly store: Store; readonly events: EventLog }): void {
  events.onInsert((event) => {
    if (event.origin !== 'rule' || event.path === null || event._user === null) return;
    if (event.type === 'OBJECT_INSERT' || event.type === 'OBJECT_UPDATE') store.tables.fetchCursors.keep(event._user._id, event.path);
  });
}
