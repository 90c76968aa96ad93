import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { Run } from '../../../engine/contract/rule.ts';

/** An event of a session with what the rules did about it. */
export type TreeEvent = { readonly event: StoredEvent; readonly effects: readonly StoredEvent[] };

/**
 * The events of a session, those that a rule run caused folded under the event that set the run off. Single actions are left to the
 * run's trace. What was caused by a run that is not among `runs` stands by itself.
 */
export function sessionTree(events: readonly StoredEvent[], runs: readonly Run[]): TreeEvent[] {
  const causeOfRun = new Map(runs.map(({ id, eventId }) => [id, eventId]));
  const ids = new Set(events.map(({ _id }) => _id));
  const effects = new Map<number, StoredEvent[]>();
  const own: StoredEvent[] = [];
  for (const event of events) {
    if (event.type === 'ACTION_RUN') continue;
    const cause = event.caused_by === null ? null : (causeOfRun.get(event.caused_by) ?? null);
    if (cause === null || !ids.has(cause)) own.push(event);
    else effects.set(cause, [...(effects.get(cause) ?? []), event]);
  }
  return own.map((event) => ({ event, effects: effects.get(event._id) ?? [] }));
}

/** The query of `runs.list` that covers all runs named in these events; undefined where there is none. At most 1,000 are answered. */
export function runsOf(events: readonly StoredEvent[]): { readonly before: number; readonly limit: number } | undefined {
  const ids = events.flatMap(({ caused_by }) => (caused_by === null ? [] : [caused_by]));
  if (ids.length === 0) return undefined;
  const last = Math.max(...ids);
  return { before: last + 1, limit: Math.min(1000, last - Math.min(...ids) + 1) };
}

/** The run that an event tells of; null for other events. */
export function runIdOf({ type, info, caused_by }: StoredEvent): number | null {
  if (type !== 'RULE_RUN' && type !== 'ACTION_RUN') return null;
  return typeof info['run_id'] === 'number' ? info['run_id'] : caused_by;
}
