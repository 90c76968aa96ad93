import type Database from 'better-sqlite3';

/** What the console remembers for each of its users; `value` is JSON. `owner` is an administrator's id, 0 the person at the machine. */
export function createPreferencesTable(db: Database.Database) {
  const all = db.prepare<[number], { key: string; value: string }>('SELECT key, value FROM preferences WHERE owner = ? ORDER BY key');
  const put = db.prepare<[number, string, string]>(
    'INSERT INTO preferences (owner, key, value) VALUES (?, ?, ?) ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[number, string]>('DELETE FROM preferences WHERE owner = ? AND key = ?');
  const removeAll = db.prepare<[number]>('DELETE FROM preferences WHERE owner = ?');
  return {
    all: (owner: number): { key: string; value: string }[] => all.all(owner),
    put: (owner: number, key: string, value: string): void => void put.run(owner, key, value),
    remove: (owner: number, key: string): void => void remove.run(owner, key),
    removeAll: (owner: number): void => void removeAll.run(owner),
  };
}
