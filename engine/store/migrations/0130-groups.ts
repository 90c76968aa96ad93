import type { Migration } from '../migrate.ts';

/** Groups, roles and virtual folders; what accounts take over from them; limits, patterns and the state of passwords. */
export const groups: Migration = {
  version: 130,
  up: (db) => {
    db.exec(`
      CREATE TABLE groups (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        description TEXT NOT NULL,
        settings TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE roles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        description TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        description TEXT NOT NULL,
        path TEXT NOT NULL,
        quota_bytes INTEGER NOT NULL,
        quota_files INTEGER NOT NULL,
        used_bytes INTEGER NOT NULL DEFAULT 0,
        used_files INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;

      ALTER TABLE accounts ADD COLUMN groups TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE accounts ADD COLUMN role TEXT;
      ALTER TABLE accounts ADD COLUMN start_directory TEXT NOT NULL DEFAULT '';
      ALTER TABLE accounts ADD COLUMN patterns TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE accounts ADD COLUMN folders TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE accounts ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
      ALTER TABLE accounts ADD COLUMN uploaded_bytes INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE accounts ADD COLUMN downloaded_bytes INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE accounts ADD COLUMN password_changed_at INTEGER;
      ALTER TABLE accounts ADD COLUMN password_must_change INTEGER NOT NULL DEFAULT 0;

      ALTER TABLE uploads ADD COLUMN folder_id INTEGER;
      ALTER TABLE uploads ADD COLUMN in_account INTEGER NOT NULL DEFAULT 1;
    `);
  },
};
