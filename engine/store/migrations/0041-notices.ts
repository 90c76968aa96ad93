import type { Migration } from '../migrate.ts';

/** The bell, one row per subject; and what the console remembers for its user. */
export const notices: Migration = {
  version: 41,
  up: (db) => {
    db.exec(`
      CREATE TABLE notices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        level TEXT NOT NULL CHECK (level IN ('act', 'know', 'quiet')),
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        link TEXT NOT NULL,
        tally TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        read_at INTEGER
      ) STRICT;
      CREATE INDEX notices_updated ON notices (updated_at, id);
      CREATE INDEX notices_unread ON notices (id) WHERE read_at IS NULL;

      CREATE TABLE preferences (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `);
  },
};
