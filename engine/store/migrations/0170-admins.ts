import type { Migration } from '../migrate.ts';

/** Administrators of the console: what each of them may do, and the hash of the password; null for one who signs in elsewhere. */
export const admins: Migration = {
  version: 170,
  up: (db) => {
    db.exec(`
      CREATE TABLE admins (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        description TEXT NOT NULL,
        email TEXT NOT NULL,
        permissions TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        password_hash TEXT,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;
    `);
  },
};
