import type { Migration } from '../migrate.ts';

/** Complete uploads under temporary names, until their clients rename them. */
export const awaitedUploads: Migration = {
  version: 101,
  up(db) {
    db.exec(`
      CREATE TABLE awaited_uploads (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id INTEGER NOT NULL,
        session_id INTEGER,
        path TEXT NOT NULL,
        file_key TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL,
        at INTEGER NOT NULL,
        draft TEXT NOT NULL,
        target_path TEXT,
        target_key TEXT,
        target_replaced INTEGER
      ) STRICT;
    `);
  },
};
