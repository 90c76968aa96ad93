import type Database from 'better-sqlite3';

/** What the console remembers for its user; `value` is JSON. */
export function createPreferencesTable(db: Database.Database) {
  const all = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM preferences ORDER BY key');
  const put = db.prepare<[string, string]>(
    'INSERT INTO preferences (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[string]>('DELETE FROM preferences WHERE key = ?');
  return {
    all: (): { key: string; value: string }[] => all.all(),
    put: (key: string, value: string): void => void put.run(key, value),
    remove: (key: string): void => void remove.run(key),
  };
}
