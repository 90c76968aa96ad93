import { z } from 'zod';
import type { EventDraft, EventLog, Identified } from '../events/log.ts';
import type { Store } from '../store/index.ts';
import type { Place, SessionContext } from './context.ts';
import type { OpenFile } from './sandbox/index.ts';

/** What is needed to record a published upload, also by a later start of the program that finds the file renamed but not recorded. */
export type PublishDraft = {
  readonly event: EventDraft<'OBJECT_INSERT' | 'OBJECT_UPDATE'>;
  readonly accountId: number;
  readonly key: string;
  readonly usage: { readonly bytes: number; readonly files: number };
};

type Complete = {
  readonly kind: 'hidden' | 'in-place';
  readonly file: OpenFile;
  readonly rowId: number;
  readonly temporary: string;
  readonly size: number;
  readonly place: Place;
  readonly draft: PublishDraft;
  /** The final name must still be free. */
  readonly exclusive: boolean;
};

/**
 * Makes a complete upload visible and durable, in the order that spec/events.md promises ("What an acknowledgement promises"):
 * journal row `publishing` → synchronous rules → fsync file → rename → fsync directory → event, queued runs and end of the journal row in
 * one transaction. Whoever awaits it may then acknowledge. A kill between any two steps is put right at the next start (recovery.ts).
 */
export async function publish(context: SessionContext, upload: Complete): Promise<void> {
  const { store, events, clock } = context.services;
  const { place, file, draft } = upload;
  const stat = file.stat();
  store.tables.uploads.setPublishing(upload.rowId, {
    size: upload.size,
    device: String(stat.dev),
    inode: String(stat.ino),
    draft: JSON.stringify({ ...draft, event: { ...draft.event, at: clock.now() } }),
    at: clock.now(),
  });
  if (upload.kind === 'hidden')
    await context.decide('upload', place.path, { stage: 'publish', hiddenPath: hiddenPath(place, upload.temporary), size: upload.size });
  await file.sync();
  if (upload.kind === 'hidden') {
    if (upload.exclusive) await place.directory.renameNew(upload.temporary, place.directory, place.name);
    else place.directory.rename(upload.temporary, place.directory, place.name);
    await place.directory.sync();
  }
  await recordPublished(store, events, draft, upload.rowId);
}

/** The event, the counters and the end of the journal row, together. */
export async function recordPublished(store: Store, events: EventLog, draft: PublishDraft, rowId: number): Promise<void> {
  const { files, uploads, usage } = store.tables;
  await events.record(draft.event, (): Identified => {
    usage.add(draft.accountId, draft.usage.bytes, draft.usage.files);
    uploads.remove(rowId);
    const identity = draft.event.type === 'OBJECT_INSERT' ? files.identify(draft.key) : files.touch(draft.key);
    return { objectId: identity.id, objectVersion: identity.version };
  });
}

const storedDraft = z.object({
  event: z.custom<PublishDraft['event']>((value) => typeof value === 'object' && value !== null && 'type' in value),
  accountId: z.int(),
  key: z.string(),
  usage: z.object({ bytes: z.int(), files: z.int() }),
});

/** The draft of a journal row; undefined when the row holds none that can be read. */
export function parseDraft(text: string | null): PublishDraft | undefined {
  if (text === null) return undefined;
  try {
    return storedDraft.parse(JSON.parse(text));
  } catch {
    return undefined; // A row that cannot be read is treated as never published: the file stays as a partial.
  }
}

function hiddenPath(place: Place, temporary: string): string {
  return `${place.path.slice(0, place.path.lastIndexOf('/'))}/${temporary}`;
}
