import type Database from 'better-sqlite3';
import type { PersonalInfo } from './personal-data.ts';

/**
 * Events that a run still needs whole, though the settings want them gone (`removal`) or without personal data. The maintenance worker
 * settles each when its runs have ended. Readers of the derived tables and the text index treat them as if that had been done.
 */
export type EventDue = { readonly eventId: number; readonly removal: boolean; readonly personalInfo: PersonalInfo };

type DueRow = { event_id: number; removal: number; personal_info: string };

/** A run that has not ended was set off by the event of this id, or has gathered it. To be put into NOT EXISTS (…). */
export const NEEDED = (eventId: string): string => `
  SELECT 1 FROM runs WHERE runs.event_id = ${eventId} AND runs.state IN ('queued', 'waiting', 'running')
  UNION ALL
  SELECT 1 FROM run_items JOIN runs ON runs.id = run_items.run_id
  WHERE run_items.event_id = ${eventId} AND runs.state IN ('queued', 'waiting', 'running')`;

export function createEventDuesTable(db: Database.Database) {
  const insert = db.prepare<[number, number, string]>('INSERT INTO event_dues (event_id, removal, personal_info) VALUES (?, ?, ?)');
  const remove = db.prepare<[number]>('DELETE FROM event_dues WHERE event_id = ?');
  const settled = db.prepare<[number], DueRow>(`
    SELECT event_id, removal, personal_info FROM event_dues WHERE NOT EXISTS (${NEEDED('event_dues.event_id')}) ORDER BY event_id LIMIT ?`);
  const between = db.prepare<[number, number], DueRow>(
    'SELECT event_id, removal, personal_info FROM event_dues WHERE event_id BETWEEN ? AND ?',
  );
  return {
    /** Runs inside the event's own transaction. */
    put: ({ eventId, removal, personalInfo }: EventDue): void => void insert.run(eventId, removal ? 1 : 0, JSON.stringify(personalInfo)),
    remove: (eventId: number): void => void remove.run(eventId),
    /** Those that no run needs any more, oldest first. */
    settled: (limit: number): EventDue[] => settled.all(limit).map(toDue),
    between: (low: number, high: number): EventDue[] => between.all(low, high).map(toDue),
  };
}

function toDue({ event_id, removal, personal_info }: DueRow): EventDue {
  return { eventId: event_id, removal: removal === 1, personalInfo: JSON.parse(personal_info) as PersonalInfo };
}
