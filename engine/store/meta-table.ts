import type Database from 'better-sqlite3';

/** Single values that belong to no table of their own. */
export type MetaKey = 'acme' | 'console_password_hash' | 'layout' | 'noticed_to' | 'run_begun' | 'snoozed_until' | 'warnings';

export function createMetaTable(db: Database.Database) {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  const put = db.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[string]>('DELETE FROM meta WHERE key = ?');
  return {
    get: (key: MetaKey): string | null => get.get(key)?.value ?? null,
    put: (key: MetaKey, value: string): void => void put.run(key, value),
    remove: (key: MetaKey): void => void remove.run(key),
  };
}
