import type { EventRow } from '../store/events-table.ts';
import { EVENTS } from './catalog.ts';
import type { EventDraft, Identified } from './log.ts';

/** What the draft itself does not say; `now` in ms since the epoch. */
type Circumstances = { readonly ids: Identified | undefined; readonly sessionId: number | null; readonly now: number };

/** The row of an event that is about to be recorded. */
export function toEventRow(draft: EventDraft, { ids, sessionId, now }: Circumstances): EventRow {
  const definition = EVENTS[draft.type];
  const { actor } = draft;
  return {
    at: draft.at ?? now,
    type: draft.type,
    pollable: definition.pollable,
    ip: actor.ip,
    schema: draft.object?.schema ?? (definition.schema === 'BOTH' ? null : definition.schema),
    objecttype: draft.object?.type ?? definition.objecttype,
    objectId: ids?.objectId ?? draft.objectId ?? null,
    objectVersion: ids?.objectVersion ?? draft.objectVersion ?? null,
    sessionId,
    userId: actor.userId,
    userName: actor.userName,
    displayName: actor.displayName === '' || actor.displayName === actor.userName ? null : (actor.displayName ?? null),
    protocol: actor.protocol,
    client: actor.client,
    path: draft.path ?? null,
    targetPath: draft.targetPath ?? null,
    bytes: draft.bytes ?? null,
    durationMs: draft.durationMs ?? null,
    outcome: draft.outcome ?? 'ok',
    batchId: draft.batchId ?? null,
    origin: actor.origin,
    causedBy: actor.causedBy,
    info: JSON.stringify(draft.info),
  };
}
