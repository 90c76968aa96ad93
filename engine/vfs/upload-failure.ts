import type { AppError } from '../contract/errors.ts';
import type { EventDraft } from '../events/log.ts';
import type { Content, Target } from './contents.ts';
import { loggedReason, type Place, type SessionContext } from './context.ts';
import { ABORT_WORDS } from './download.ts';
import type { Partials } from './partials.ts';
import { addUsage } from './quota.ts';
import type { AbortReason } from './types.ts';

/** An upload that cannot be completed any more. */
export type FailedUpload = {
  readonly place: Place;
  readonly target: Target;
  readonly content: Content | undefined;
  readonly size: number;
  /** Bytes that the client sent. */
  readonly received: number;
  readonly durationMs: number;
  /** Why it ended, from the client's side, and from ours where there was an error. */
  readonly reason: AbortReason;
  readonly failure: AppError | undefined;
  /** Nothing of it shall stay. */
  readonly discarded: boolean;
};

const HOPELESS = ['quota_exceeded', 'too_large', 'no_space', 'refused_by_rule'];

/**
 * Keeps of a failed upload what can be resumed, as a partial, which has the storage from now on; drops what was empty, discarded, or could
 * never be completed.
 */
export async function putAway(context: SessionContext, partials: Partials, upload: FailedUpload): Promise<void> {
  const { place, content } = upload;
  if (content === undefined || content.kind === 'in-place') return;
  content.reservation.release();
  if (isResumable(upload, content) && (await partials.keep(content.row.id(), upload.size, place.charge, place.directory))) return;
  if (place.directory.lstat(content.temporary) !== undefined) await place.directory.unlink(content.temporary);
  content.row.remove();
}

function isResumable({ size, received, discarded, failure }: FailedUpload, { resumed }: Content): boolean {
  if (size === 0 || discarded) return false;
  // What brought nothing leaves what was there before.
  return received === 0 ? resumed : failure === undefined || !HOPELESS.includes(failure.code);
}

/** TRANSFER_FAILED; for a change in place together with what it did to the file. */
export async function recordFailure(context: SessionContext, upload: FailedUpload): Promise<void> {
  const { content, failure, reason } = upload;
  await context.services.events.record(
    context.draft<EventDraft<'TRANSFER_FAILED'>>({
      type: 'TRANSFER_FAILED',
      info: { direction: 'upload', reason: failure === undefined ? ABORT_WORDS[reason] : loggedReason(failure), bytes: upload.received },
      path: upload.place.path,
      bytes: upload.size,
      durationMs: upload.durationMs,
      outcome: outcomeOf(failure, reason),
    }),
    () => {
      if (content?.kind !== 'in-place') return undefined;
      const { store } = context.services;
      addUsage(store, upload.place.charge, upload.size - (upload.target?.size ?? 0), 0);
      content.row.remove();
      return undefined;
    },
    { mayWait: true },
  );
}

function outcomeOf(failure: AppError | undefined, reason: AbortReason): 'failed' | 'denied' | 'aborted' | 'quota' {
  if (failure === undefined) return reason === 'error' ? 'failed' : 'aborted';
  if (failure.code === 'quota_exceeded') return 'quota';
  return failure.code === 'refused_by_rule' ? 'denied' : 'failed';
}
