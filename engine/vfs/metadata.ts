import { AppError } from '../contract/errors.ts';
import type { EventDraft, Identified } from '../events/log.ts';
import type { Place, SessionContext } from './context.ts';
import { NEEDS } from './permissions.ts';
import type { Entry } from './sandbox/index.ts';

const MOST_KEYS = 100;
const LONGEST_KEY = 255;
const LONGEST_VALUE = 16_384;
/** Of each value in the event. */
const SHOWN_CHARACTERS = 100;

/** What rules noted of a file or folder. Throws `not_found` where nothing is. */
export function metadataOf(context: SessionContext, place: Place): Readonly<Record<string, string>> {
  requireFound(place);
  return context.services.store.tables.fileMetadata.of(place.key);
}

/** Sets keys, and removes those with an empty value; recorded as a change of attributes. Rejects with `too_large` beyond 100 keys. */
export async function setMetadata(context: SessionContext, place: Place, changes: Readonly<Record<string, string>>): Promise<void> {
  const { events, store } = context.services;
  context.need(NEEDS.chmod, place.path);
  const found = requireFound(place);
  for (const [key, value] of Object.entries(changes)) {
    if (key === '') throw new AppError('invalid_input', 'A key is empty. Enter one.');
    if (key.length > LONGEST_KEY || value.length > LONGEST_VALUE)
      throw new AppError('too_large', `A key takes ${LONGEST_KEY} characters and a value ${LONGEST_VALUE}.`);
  }
  const after = Object.entries({ ...store.tables.fileMetadata.of(place.key), ...changes }).filter(([, value]) => value !== '');
  if (after.length > MOST_KEYS) throw new AppError('too_large', `A file takes ${MOST_KEYS} keys at most. Remove some.`);
  const before = store.tables.fileMetadata.of(place.key);
  const valuesOf = (of: Readonly<Record<string, string>>): string[] =>
    Object.keys(changes).map((key) => `${key}: ${(of[key] ?? '').slice(0, SHOWN_CHARACTERS)}`);
  const changedKeys = { old: valuesOf(before), new: valuesOf(changes) };
  await events.record(
    context.draft<EventDraft<'OBJECT_UPDATE'>>({
      type: 'OBJECT_UPDATE',
      object: { schema: 'USER', type: found.isDirectory() ? 'directory' : 'file' },
      info: { operation: 'setstat', ...changedKeys },
      path: place.path,
    }),
    (): Identified => {
      const { id, version } = store.tables.files.touch(place.key);
      for (const [key, value] of Object.entries(changes)) store.tables.fileMetadata.put(id, key, value);
      return { objectId: id, objectVersion: version };
    },
  );
}

function requireFound({ directory, name }: Place): Entry {
  const found = directory.lstat(name);
  if (found === undefined) throw new AppError('not_found');
  return found;
}
