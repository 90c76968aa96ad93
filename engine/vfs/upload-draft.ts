import { z } from 'zod';
import type { EventInfo } from '../events/catalog.ts';
import type { Actor } from '../events/log.ts';
import type { UploadMark } from '../store/uploads-table.ts';
import type { SessionContext } from './context.ts';
import type { RowCharge } from './quota.ts';
import type { Entry } from './sandbox/index.ts';
import type { OpenWriteOptions } from './types.ts';

export type UploadOptions = OpenWriteOptions & { readonly operation?: 'copy'; readonly copiedFrom?: string };

/** What an upload's event says that is known before the last byte. The journal keeps it for a start that has to record the event. */
export type UploadDraft = {
  readonly actor: Actor;
  readonly batchId: number;
  readonly info: EventInfo<'OBJECT_INSERT' | 'OBJECT_UPDATE'>;
  /** Bytes of the file that it replaces; null for a new one. */
  readonly replaced: number | null;
  /** Whose storage it takes, where it has left the journal of uploads; the account's own by default. */
  readonly charged?: RowCharge | undefined;
  /** Key of the file that it is a copy of; null for other uploads. */
  readonly copiedFrom: string | null;
};

type Content = { readonly kind: 'hidden' | 'in-place'; readonly resumed: boolean };

/** What can be said now. `replaced` as in UploadDraft. */
export function uploadDraft(context: SessionContext, options: UploadOptions, content: Content, replaced: number | null): UploadDraft {
  return {
    actor: context.actor,
    batchId: context.batchId(),
    info: {
      operation: options.operation ?? (replaced === null ? 'upload' : options.mode === 'replace' ? 'overwrite' : 'append'),
      ...(content.kind === 'in-place' ? { atomic: false } : {}),
      ...(content.resumed ? { resumed: true } : {}),
      ...context.whichFolder,
    },
    replaced,
    copiedFrom: options.copiedFrom ?? null,
  };
}

/** The journal's mark of an upload whose bytes are in the file with these attributes. */
export function uploadMark(file: Entry, { actor, batchId, info, replaced, copiedFrom }: UploadDraft): UploadMark {
  return { device: String(file.dev), inode: String(file.ino), draft: JSON.stringify({ actor, batchId, info, replaced, copiedFrom }) };
}

const storedDraft = z.object({
  actor: z.custom<Actor>((value) => typeof value === 'object' && value !== null && 'origin' in value),
  batchId: z.int(),
  info: z.custom<UploadDraft['info']>((value) => typeof value === 'object' && value !== null && 'operation' in value),
  replaced: z.int().nullable(),
  charged: z.object({ folderId: z.int().nullable(), inAccount: z.int() }).optional(),
  copiedFrom: z.string().nullable().default(null),
});

/** The draft of a journal row; undefined when the row holds none that can be read. */
export function parseDraft(text: string | null): UploadDraft | undefined {
  if (text === null) return undefined;
  try {
    return storedDraft.parse(JSON.parse(text));
  } catch {
    return undefined; // A row that cannot be read is treated as never published: the file stays as a partial.
  }
}
