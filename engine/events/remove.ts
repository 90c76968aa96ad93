import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';
import type { Actor, EventLog } from './log.ts';
import type { StoredEvent } from '../contract/event.ts';

/**
 * Deletes one event and records that, in one transaction. Resolves with the record of the deletion.
 * Rejects with `not_found`, and `in_use` while a run that it set off has not ended.
 */
export async function removeEvent(
  services: { readonly store: Store; readonly events: EventLog },
  id: number,
  by: { readonly actor: Actor; readonly batchId: number | null },
): Promise<StoredEvent> {
  const table = services.store.tables.events;
  const event = table.get(id);
  if (event === undefined)
    throw new AppError('not_found', `There is no event ${id} in the log. It may have been deleted.`, { field: 'id' });
  if (table.isNeeded(id))
    throw new AppError('in_use', 'A rule is still at work on this event. Delete it when that run has ended.', { field: 'id' });
  const { actor, batchId } = by;
  const info = { operation: 'delete', old: event.type } as const;
  return services.events.record(
    { type: 'OBJECT_DELETE', info, actor, batchId, object: { schema: 'BASE', type: 'event' }, objectId: id, objectVersion: 1 },
    () => {
      table.remove(id);
      return undefined;
    },
  );
}
