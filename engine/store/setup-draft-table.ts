import type Database from 'better-sqlite3';

/** The one row of unfinished wizard answers, as JSON text. */
export function createSetupDraftTable(db: Database.Database) {
  const get = db.prepare<[], { answers: string }>('SELECT answers FROM setup_draft');
  const put = db.prepare<[string]>(
    'INSERT INTO setup_draft (id, answers) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET answers = excluded.answers',
  );
  const clear = db.prepare('DELETE FROM setup_draft');
  return {
    get: (): string | undefined => get.get()?.answers,
    put: (answers: string): void => void put.run(answers),
    clear: (): void => void clear.run(),
  };
}
