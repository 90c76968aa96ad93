import type Database from 'better-sqlite3';

/** One row per section of the settings; `value` is the section's JSON. */
export function createSettingsTable(db: Database.Database) {
  const all = db.prepare<[], { section: string; value: string }>('SELECT section, value FROM settings');
  const put = db.prepare<[string, string, number]>(
    'INSERT INTO settings (section, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (section) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
  );
  return {
    /** Only the sections that somebody saved. */
    all: (): { section: string; value: string }[] => all.all(),
    put: (section: string, value: string, at: number): void => void put.run(section, value, at),
  };
}
