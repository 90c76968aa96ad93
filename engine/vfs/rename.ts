import { AppError } from '../contract/errors.ts';
import type { EventDraft, Identified } from '../events/log.ts';
import type { Place, SessionContext } from './context.ts';
import { copyFile } from './copy.ts';
import type { Partials } from './partials.ts';
import { parentOf } from './names.ts';
import { NEEDS } from './permissions.ts';
import { addUsage, type Charge } from './quota.ts';
import type { Entry } from './sandbox/index.ts';

/**
 * Renames a file, a folder, or an upload that is not finished yet, which then goes on under the new name.
 * An overwritten file gives its storage back; folders are never overwritten.
 */
export async function moveEntry(context: SessionContext, partials: Partials, from: string, to: string, overwrite: boolean): Promise<void> {
  const { unpublished } = context.identity;
  if (unpublished?.path === context.resolve(from)) await takeAway(context, partials, from, to, overwrite);
  else await context.at(from, (source) => context.at(to, (target) => move(context, partials, source, target, overwrite)));
}

/** A rule moves an upload away before it is published: its content goes there as a file of its own, and the upload fails. */
async function takeAway(context: SessionContext, partials: Partials, from: string, to: string, overwrite: boolean): Promise<void> {
  await copyFile(context, partials, from, to, { overwrite });
  const upload = context.services.uploads.get(context.key(context.resolve(from)));
  if (upload !== undefined) await upload.discard();
  else await context.at(from, (place) => place.directory.unlink(place.name));
}

async function move(context: SessionContext, partials: Partials, source: Place, target: Place, overwrite: boolean): Promise<void> {
  const accountId = context.identity.account.id;
  const { uploads } = context.services;
  const found = source.directory.lstat(source.name);
  const need = found?.isDirectory() === true ? NEEDS.renameDirectory : NEEDS.renameFile;
  context.need(need, source.path);
  context.need(need, target.path);
  if (source.path === target.path) return;
  needMovable(context, source, target, found);
  if (`${target.path}/`.startsWith(`${source.path}/`))
    throw new AppError('invalid_name', 'A folder cannot be moved into itself. Choose another target.');

  const existing = target.directory.lstat(target.name);
  // On systems that fold case, a change of case finds the source itself under the target's name.
  const replaced =
    existing !== undefined && found !== undefined && existing.ino === found.ino && existing.dev === found.dev ? undefined : existing;
  if (replaced !== undefined) {
    if (!overwrite || replaced.isDirectory()) throw new AppError('already_exists');
    context.need(NEEDS.overwrite, target.path);
  }
  if (uploads.get(target.key) !== undefined) throw new AppError('busy');
  if (found?.isDirectory() === true && (uploads.anyBelow(source.key) || uploads.anyBelow(target.key))) throw new AppError('busy');

  const open = uploads.get(source.key);
  if (found === undefined) {
    if (open?.accountId === accountId) {
      open.retarget(target.path);
      return;
    }
    await movePartial(context, partials, source, target, overwrite);
    return;
  }
  if (open !== undefined) throw new AppError('busy');
  const growth = source.tree === target.tree ? 0 : Number(found.size) - Number(replaced?.size ?? 0n);
  if (source.tree !== target.tree)
    context.services.quota.check(withoutShared(target.charge, source.charge), growth, replaced === undefined ? 1 : 0);
  const { awaitedNames } = context.services;
  if (found.isDirectory()) await awaitedNames().settleBelow(source.key);
  else if (replaced !== undefined) await awaitedNames().settle(target.key);
  // What it takes is counted where it began: into another tree it goes as a file of its own.
  const awaited = source.tree !== target.tree || awaitedNames().isTemporary(target.name) ? undefined : awaitedNames().find(source.key);
  const place = (): Promise<void> => putInPlace(source, target, found, existing);
  if (awaited !== undefined) {
    await awaitedNames().name(awaited, target, replaced === undefined ? null : Number(replaced.size), place);
    return;
  }
  await awaitedNames().settle(source.key);
  await context.decide('rename', source.path, { targetPath: target.path, size: Number(found.size) });
  await place();
  await record(context, source, target, found, replaced);
  if (found.isDirectory()) partials.folderMoved(source.key);
  else await takePartialAlong(context, partials, source, target);
}

async function putInPlace(source: Place, target: Place, found: Entry, existing: Entry | undefined): Promise<void> {
  if (existing === undefined && found.isFile()) await source.directory.renameNew(source.name, target.directory, target.name);
  else source.directory.rename(source.name, target.directory, target.name);
  await source.directory.sync();
  if (source.directory !== target.directory) await target.directory.sync();
}

/**
 * Patterns and mounts set bounds to what may go where. A folder with entries of its own stays, since what holds in it is bound to its path; so
 * does one that would cross into another tree, whose storage is counted apart.
 */
function needMovable(context: SessionContext, source: Place, target: Place, found: Entry | undefined): void {
  if (found?.isDirectory() !== true) {
    context.needAllowedName(source.path, 'not_found');
    context.needAllowedName(target.path, 'permission_denied');
    if (found === undefined && source.tree !== target.tree) throw crossing();
    return;
  }
  context.needUnmounted(source.path);
  context.needUnmounted(target.path);
  if (source.tree !== target.tree) throw crossing();
  if (
    context.hasEntriesBelow(source.path) ||
    context.hasEntriesBelow(target.path) ||
    !context.hasSamePatterns(parentOf(source.path), parentOf(target.path))
  )
    throw new AppError(
      'permission_denied',
      'Other rules hold in one of the two folders, so this one cannot be moved as a whole. Move its files.',
    );
}

/** What only the target is charged with: what both are charged with stays the same. */
function withoutShared(charge: Charge, other: Charge): Charge {
  return charge.filter(({ kind, id }) => !other.some((bucket) => bucket.kind === kind && bucket.id === id));
}

function crossing(): AppError {
  return new AppError(
    'unsupported',
    'This leads into another shared folder, where only finished files can be moved. Copy it and delete the original.',
  );
}

async function movePartial(context: SessionContext, partials: Partials, source: Place, target: Place, overwrite: boolean): Promise<void> {
  const accountId = context.identity.account.id;
  if (partials.find(accountId, source.key) === undefined) throw new AppError('not_found');
  if (partials.find(accountId, target.key) !== undefined && !overwrite) throw new AppError('already_exists');
  await retargetPartial(accountId, partials, source, target);
}

/** What was left of an attempt to replace the file is for the file's new name: it would be seen in the place of the one that is gone. */
async function takePartialAlong(context: SessionContext, partials: Partials, source: Place, target: Place): Promise<void> {
  const accountId = context.identity.account.id;
  if (source.tree === target.tree) await retargetPartial(accountId, partials, source, target);
  else await partials.discardFor(accountId, source);
}

async function retargetPartial(accountId: number, partials: Partials, source: Place, target: Place): Promise<void> {
  if (partials.find(accountId, source.key) === undefined) return;
  await partials.discardFor(accountId, target);
  const row = partials.find(accountId, source.key);
  if (row === undefined) return;
  source.directory.rename(row.temporary, target.directory, row.temporary);
  partials.retarget(row, { path: target.path, fileKey: target.key });
}

async function record(context: SessionContext, source: Place, target: Place, moved: Entry, replaced: Entry | undefined): Promise<void> {
  const { events, store } = context.services;
  const isDirectory = moved.isDirectory();
  await events.record(
    context.draft<EventDraft<'OBJECT_UPDATE'>>({
      type: 'OBJECT_UPDATE',
      object: { schema: 'USER', type: isDirectory ? 'directory' : 'file' },
      info: { operation: 'rename', old: source.path, new: target.path },
      path: source.path,
      targetPath: target.path,
      bytes: isDirectory ? null : Number(moved.size),
    }),
    (): Identified => {
      const { files, uploads } = store.tables;
      const before = files.identify(source.key);
      files.move(source.key, target.key);
      if (isDirectory) uploads.moveBelow({ key: source.key, path: source.path }, { key: target.key, path: target.path });
      if (replaced !== undefined) addUsage(store, target.charge, -Number(replaced.size), -1);
      if (source.tree !== target.tree) {
        addUsage(store, source.charge, -Number(moved.size), -1);
        addUsage(store, target.charge, Number(moved.size), 1);
      }
      const after = files.touch(target.key);
      return { objectId: before.id, objectVersion: after.version };
    },
  );
}
