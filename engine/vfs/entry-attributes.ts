import { AppError } from '../contract/errors.ts';
import type { EventDraft } from '../events/log.ts';
import { type Place, requireFile, type SessionContext } from './context.ts';
import { isoTime } from '../lib/clock.ts';
import type { Directory, Entry } from './sandbox/index.ts';
import type { Attributes } from './types.ts';

/** Sets mode and times of a file or folder that is there, with the rules' consent, and records it. */
export async function changeEntry(context: SessionContext, place: Place, attributes: Attributes): Promise<void> {
  await context.decide('setstat', place.path);
  const found = place.directory.lstat(place.name);
  if (found === undefined) throw new AppError('not_found');
  const isDirectory = found.isDirectory();
  if (!isDirectory) context.needAllowedName(place.path, 'not_found');
  if (found.isSymbolicLink()) throw new AppError('permission_denied', 'This is a link, and links are not followed. Use the real file.');
  if (attributes.mode === undefined && attributes.mtimeMs === undefined) return;
  await applyAttributes(place.directory, place.name, isDirectory, attributes);
  const { events, store } = context.services;
  await events.record(
    context.draft<EventDraft<'OBJECT_UPDATE'>>({
      type: 'OBJECT_UPDATE',
      object: { schema: 'USER', type: isDirectory ? 'directory' : 'file' },
      info: { operation: 'setstat', ...changeOf(found, attributes) },
      path: place.path,
      bytes: null,
    }),
    () => {
      const identity = store.tables.files.touch(place.key);
      return { objectId: identity.id, objectVersion: identity.version };
    },
    { mayWait: true },
  );
}

/** The attributes that a client set, as they were and as it wished them: the mode in octal, the time in ISO 8601. */
function changeOf(
  found: Entry,
  { mode, mtimeMs }: Attributes,
): { readonly old: Record<string, string>; readonly new: Record<string, string> } {
  const shown = (values: { readonly mode: number; readonly mtimeMs: number }): Record<string, string> => ({
    ...(mode === undefined ? {} : { mode: (values.mode & 0o777).toString(8).padStart(4, '0') }),
    ...(mtimeMs === undefined ? {} : { mtime: isoTime(Math.round(values.mtimeMs)) }),
  });
  const before = { mode: Number(found.mode), mtimeMs: Number(found.mtimeMs) };
  return { old: shown(before), new: shown({ mode: mode ?? before.mode, mtimeMs: mtimeMs ?? before.mtimeMs }) };
}

/** Gives mode and times, where they are said, to a file or folder as it lies in its directory. */
export async function applyAttributes(
  directory: Directory,
  name: string,
  isDirectory: boolean,
  { mode, atimeMs, mtimeMs }: Attributes,
): Promise<void> {
  if (mode !== undefined) await chmodEntry(directory, name, isDirectory, mode & 0o777);
  if (mtimeMs !== undefined) await directory.setTimes(name, atimeMs ?? mtimeMs, mtimeMs);
}

/** Through a descriptor, since chmod(2) by name would follow a link that somebody local puts there meanwhile. */
async function chmodEntry(parent: Directory, name: string, isDirectory: boolean, mode: number): Promise<void> {
  if (isDirectory) {
    const directory = parent.openDir(name);
    try {
      await directory.chmod('.', mode);
    } finally {
      directory.close();
    }
    return;
  }
  const file = parent.openFile(name, 'read');
  try {
    requireFile(file.stat());
    file.chmod(mode);
  } finally {
    file.close();
  }
}
