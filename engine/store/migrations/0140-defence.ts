import type { Migration } from '../migrate.ts';

/** Blocked addresses, which outlive a restart, and the lists of those that are always let in or never. */
export const defence: Migration = {
  version: 140,
  up: (db) => {
    db.exec(`
      CREATE TABLE bans (
        network TEXT PRIMARY KEY,
        address TEXT NOT NULL,
        protocol TEXT,
        score INTEGER NOT NULL,
        logins TEXT NOT NULL,
        reason TEXT NOT NULL,
        cause TEXT NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER
      ) STRICT;

      CREATE TABLE ip_lists (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        network TEXT NOT NULL UNIQUE,
        mode TEXT NOT NULL,
        protocols TEXT NOT NULL,
        note TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;
    `);
  },
};
