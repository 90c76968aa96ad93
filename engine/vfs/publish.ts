import type { EventDraft, EventLog, Identified } from '../events/log.ts';
import type { Store } from '../store/index.ts';
import type { Content } from './contents.ts';
import { type Place, RefusedByRule, type SessionContext } from './context.ts';
import type { Decision } from './types.ts';
import { addUsage, type Charge } from './quota.ts';
import { type UploadDraft, uploadMark } from './upload-draft.ts';

/** A complete upload in the terms of its event. */
export type CompleteUpload = UploadDraft & {
  readonly accountId: number;
  readonly charge: Charge;
  readonly path: string;
  readonly key: string;
  readonly size: number;
  readonly durationMs: number;
  /** When it was complete, ms since the epoch; now by default. */
  readonly at?: number;
  /** What waited for its event. */
  readonly releases?: string;
};

/**
 * Makes a complete upload visible and durable, in the order that spec/events.md promises ("What an acknowledgement promises"):
 * synchronous rules → fsync file → rename → fsync directory → event, queued runs and end of the journal row in one transaction. Whoever
 * awaits it may then acknowledge. The journal holds the hidden file's inode before the first of these, so that after a kill between any two steps
 * the next start knows whether it was renamed (recovery.ts). `exclusive`: the final name must still be free.
 */
export async function publish(
  context: SessionContext,
  place: Place,
  content: Content,
  upload: CompleteUpload,
  exclusive: boolean,
): Promise<void> {
  const { store, events, clock } = context.services;
  const { file, temporary } = content;
  const rowId = content.row.id();
  // The rules' turn comes with the name by which the file is to be known.
  const awaitsName = content.kind === 'hidden' && context.awaitsName(place.name, upload);
  const held = content.kind === 'in-place' || awaitsName ? undefined : await askRules(context, place, content, upload);
  if (content.kind === 'in-place') store.tables.uploads.setPublishing(rowId, uploadMark(file.stat(), upload), clock.now());
  try {
    await file.sync();
    if (content.kind === 'hidden') {
      if (exclusive) await place.directory.renameNew(temporary, place.directory, place.name);
      else place.directory.rename(temporary, place.directory, place.name);
      await place.directory.sync();
    }
  } catch (error) {
    held?.withdraw();
    throw error;
  }
  if (awaitsName) context.services.awaitedNames().hold(upload, rowId);
  else await recordUpload(store, events, held === undefined ? upload : { ...upload, releases: held.release }, endOf(store, upload, rowId));
}

/** The counters, and the end of the journal row. */
export function endOf(store: Store, upload: CompleteUpload, rowId: number): () => void {
  const { uploads } = store.tables;
  return () => {
    addUsage(store, upload.charge, upload.size - (upload.replaced ?? 0), upload.replaced === null ? 1 : 0);
    uploads.remove(rowId);
  };
}

/** Rules that the client waits for see the complete file while it is still hidden. They may refuse it, or take it away. */
async function askRules(context: SessionContext, place: Place, content: Content, upload: CompleteUpload): Promise<Held | undefined> {
  const { held } = await context.decide('upload', place.path, {
    stage: 'publish',
    hiddenPath: hiddenPath(place, content.temporary),
    size: upload.size,
    write: writeOf(upload),
    replaces: upload.replaced !== null,
    hold: holdOf(content.row.id()),
  });
  if (held === undefined || place.directory.lstat(content.temporary) !== undefined) return held;
  held.withdraw();
  throw new RefusedByRule(
    'A rule of this server took the file away. Ask the administrator why.',
    'a rule took the file away before it was published',
  );
}

type Held = NonNullable<Extract<Decision, { allow: true }>['held']>;

/** What rules hold back while they see an upload, by its row of the journal: a start after a kill finds it too. */
export function holdOf(rowId: number): string {
  return `upload ${rowId}`;
}

function writeOf({ info: { operation } }: UploadDraft): 'upload' | 'overwrite' | 'append' | 'copy' {
  return operation === 'overwrite' || operation === 'append' || operation === 'copy' ? operation : 'upload';
}

/** The event, and with it what `end` writes: the end of what has led to it. */
export async function recordUpload(store: Store, events: EventLog, upload: CompleteUpload, end: () => void): Promise<void> {
  const { fileMetadata, files } = store.tables;
  const isNew = upload.replaced === null;
  const event: EventDraft<'OBJECT_INSERT' | 'OBJECT_UPDATE'> = {
    type: isNew ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
    object: { schema: 'USER', type: 'file' },
    info: upload.info,
    actor: upload.actor,
    batchId: upload.batchId,
    path: upload.path,
    bytes: upload.size,
    durationMs: upload.durationMs,
    ...(upload.at === undefined ? {} : { at: upload.at }),
    ...(upload.releases === undefined ? {} : { releases: upload.releases }),
  };
  await events.record(event, (): Identified => {
    end();
    const identity = isNew ? files.identify(upload.key) : files.touch(upload.key);
    if (upload.copiedFrom !== null) fileMetadata.copy(upload.copiedFrom, identity.id);
    return { objectId: identity.id, objectVersion: identity.version };
  });
}

function hiddenPath(place: Place, temporary: string): string {
  return `${place.path.slice(0, place.path.lastIndexOf('/'))}/${temporary}`;
}
