import type { FetchCursor } from '../actions/runner.ts';
import type { EventLog } from '../events/log.ts';
import type { Store } from '../store/index.ts';
import type { Attempt } from './perform.ts';
import { chosenFolders } from './chosen-folders.ts';
import type { RulesServices } from './services.ts';

const BEGINNING = { item: 0, parts: 0 };

/** The cursor of one step of a rule in one source; null for a test. */
export function fetchCursor(
  { store }: Pick<RulesServices, 'store'>,
  { rule, planned, account, prepared }: Pick<Attempt, 'rule' | 'planned' | 'account' | 'prepared'>,
  source: string,
): FetchCursor | null {
  if (rule === null) return null;
  const table = store.tables.fetchCursors;
  const { targetFolder = '' } = chosenFolders(prepared.config);
  // In the tree of each user, and in a folder that is another one for each, it is another fetching.
  const isShared = targetFolder !== '' && !store.tables.folders.isPersonal(targetFolder);
  const userId = isShared ? 0 : (account?.id ?? 0);
  const key = { ruleId: rule.id, step: planned.index, source: `${userId} ${targetFolder === '' ? '' : `${targetFolder}: `}${source}` };
  // Who the event of the file will name: in a virtual folder nobody.
  const owner = targetFolder === '' ? userId : 0;
  return {
    get(validity) {
      const found = table.get(key);
      return found?.validity === validity ? { item: found.item, parts: found.parts } : BEGINNING;
    },
    put: (validity, position) => store.transaction(() => table.put(key, { validity, ...position })),
    putWith: (path, validity, position) =>
      store.transaction(() => {
        if (table.get(key)?.validity !== validity) table.put(key, { validity, ...BEGINNING });
        table.promise(key, owner, pathIn(targetFolder, path), position);
      }),
  };
}

/** Moves cursors on in the transaction of the event of the file that they wait for. */
export function keepFetchCursors({ store, events }: { readonly store: Store; readonly events: EventLog }): void {
  events.onInsert((event) => {
    if (event.origin !== 'rule' || event.path === null) return;
    const { folder } = event.info;
    const path = pathIn(typeof folder === 'string' ? folder : '', event.path);
    if (event.type === 'OBJECT_INSERT' || event.type === 'OBJECT_UPDATE') store.tables.fetchCursors.keep(event._user?._id ?? 0, path);
  });
}

/** A path with the virtual folder that it lies in, where no user's tree is meant. */
function pathIn(folder: string, path: string): string {
  return folder === '' ? path : `${folder.toLowerCase()}:${path}`;
}
