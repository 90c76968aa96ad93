import { AppError } from '../contract/errors.ts';
import type { RecordKind } from '../contract/event.ts';
import type { EventLog } from '../events/log.ts';
import { updateInfo } from '../events/record-change.ts';
import type { Change } from './service.ts';

/** A row that somebody keeps by name. */
type Named = { readonly id: number; readonly name: string; readonly version: number };

/**
 * Writes a group, role, folder or administrator together with its event, which tells `values` apart from what was there: `write` gets the id of the row that is there, or null for a new one, and returns the
 * row as it stands afterwards. Resolves with that.
 */
export async function saveRecord<T extends Named>(
  events: EventLog,
  kind: RecordKind,
  values: { readonly name: string; readonly [field: string]: unknown },
  before: Named | undefined,
  by: Change,
  write: (id: number | null) => T,
): Promise<T> {
  let after: T | undefined;
  const name = before?.name ?? values.name;
  await events.record(
    {
      type: before === undefined ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
      info: before === undefined ? { operation: 'create', new: name } : updateInfo({ old: name, new: name }, before, values),
      ...by,
      object: { schema: 'BASE', type: kind },
    },
    () => {
      after = write(before?.id ?? null);
      return { objectId: after.id, objectVersion: after.version };
    },
  );
  if (after === undefined) throw new AppError('internal', 'The log accepted a record without storing it.');
  return after;
}

/** Deletes a group, role, folder or administrator together with its event. */
export async function deleteRecord(events: EventLog, kind: RecordKind, row: Named, by: Change, remove: () => void): Promise<void> {
  await events.record(
    { type: 'OBJECT_DELETE', info: { operation: 'delete', old: row.name }, ...by, object: { schema: 'BASE', type: kind } },
    () => {
      remove();
      return { objectId: row.id, objectVersion: row.version };
    },
  );
}

/** The row, or `not_found` on the field `name`. */
export function requireRecord<T>(row: T | undefined, what: 'group' | 'role' | 'folder' | 'admin'): T {
  if (row === undefined) throw new AppError('not_found', `There is no ${what} of this name. See ${what}s.list.`, { field: 'name' });
  return row;
}
