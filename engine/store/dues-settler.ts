import type Database from 'better-sqlite3';
import { createEventDuesTable } from './event-dues-table.ts';
import { STRIP_EVENT } from './events-table.ts';
import { type Personal, withoutPersonalData } from './personal-data.ts';
import type { TextFeeder } from './text-index-feeder.ts';
import { ALONE, type WriteTurn } from './write-turn.ts';

/** Settles the dues that no run stands against any more, at most `limit`; returns whether there may be more. */
export function createDuesSettler(db: Database.Database, texts: TextFeeder, turn: WriteTurn = ALONE): (limit: number) => boolean {
  const dues = createEventDuesTable(db);
  const read = db.prepare<[number], Row>(`
    SELECT id, ip, schema, objecttype, object_id AS objectId, session_id AS sessionId, user_id AS userId, user_name AS userName,
      display_name AS displayName, batch_id AS batchId, info
    FROM events WHERE id = ?`);
  const strip = db.prepare<Row>(STRIP_EVENT);
  const remove = db.prepare<[number]>('DELETE FROM events WHERE id = ?');
  return (limit) => {
    const settled = dues.settled(limit);
    if (settled.length === 0) return false;
    texts.remove(settled.filter(({ removal }) => removal).map(({ eventId }) => eventId));
    // The index holds the text without personal data already.
    const settle = db.transaction(() => {
      for (const { eventId, removal, personalInfo } of settled) {
        const row = read.get(eventId);
        if (removal) remove.run(eventId);
        else if (row !== undefined) strip.run(withoutPersonalData(row, personalInfo));
        dues.remove(eventId);
      }
    });
    turn.hold(() => settle.immediate());
    return settled.length === limit;
  };
}

type Row = Personal & { readonly id: number };
