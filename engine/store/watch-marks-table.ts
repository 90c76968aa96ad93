import type Database from 'better-sqlite3';

/** How far the deadlines of expected files have been dealt with: ms since the epoch by expectation (canonical JSON). */
export function createWatchMarksTable(db: Database.Database) {
  const all = db.prepare<[], { watch: string; last_due: number }>('SELECT watch, last_due FROM watch_marks');
  const put = db.prepare<[string, number]>(
    'INSERT INTO watch_marks (watch, last_due) VALUES (?, ?) ON CONFLICT (watch) DO UPDATE SET last_due = excluded.last_due',
  );
  const remove = db.prepare<[string]>('DELETE FROM watch_marks WHERE watch = ?');
  return {
    all: (): Map<string, number> => new Map(all.all().map(({ watch, last_due }) => [watch, last_due])),
    put: (watch: string, lastDue: number): void => void put.run(watch, lastDue),
    remove: (watch: string): void => void remove.run(watch),
  };
}
