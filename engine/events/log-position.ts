import { AppError } from '../contract/errors.ts';
import type { LogState } from '../store/events-table.ts';

/**
 * Where a reader of the log stands: he has seen what there was up to `id`. 0 is before whatever the log still holds, and is always good.
 * Retention takes some types out earlier than others, so a reader who began at 0 walks past places that are empty already, and knows it:
 * `removals` says how often retention had taken something out when he read his last page. Null: he is where nothing was missing.
 */
export type LogPosition = { readonly id: number; readonly removals: number | null };

/** Whether a reader is told of every type or of the pollable ones. */
type LogScope = keyof LogState['removed'];

/** A position as people and programs hand it in, `ID` or `ID~REMOVALS`. */
export const POSITION = /^\d{1,15}(~\d{1,15})?$/;

/** Of a text that POSITION matches. */
export function parsePosition(text: string): LogPosition {
  const [id, removals] = text.split('~');
  return { id: Number(id), removals: removals === undefined ? null : Number(removals) };
}

/** The position to go on from after a page that ended at `id`; just the number wherever that is enough. */
export function nextPosition({ to, times }: LogState['removed'][LogScope], id: number): number | string {
  return id === 0 || id >= to ? id : `${id}~${times}`;
}

/** Throws `gone` unless all that the log held after the position when it was given is still there. */
export function requirePosition(log: Omit<LogState, 'logId'>, { id, removals }: LogPosition, scope: LogScope, field: string): void {
  const { newestId, oldestId } = log;
  const { to, times } = log.removed[scope];
  if (id > newestId) throw beyondEnd(newestId, field);
  if (id === 0 || removals === times) return;
  // An emptied log begins with what comes next.
  const first = oldestId === 0 ? newestId + 1 : oldestId;
  if (first > id + 1)
    throw new AppError('gone', `The log begins at ${first}. Start again from 0, which is before all there is.`, { field });
  if (id < to) {
    throw new AppError(
      'gone',
      `Events after this position are older than is kept and were removed, up to ${to}. Start again from 0, which is before all there is.`,
      { field },
    );
  }
}

/** The error for a position that this log has not come to yet. */
export function beyondEnd(newestId: number, field: string): AppError {
  return new AppError('gone', `The log ends at ${newestId}: this position is from another log. Start again from there.`, { field });
}
