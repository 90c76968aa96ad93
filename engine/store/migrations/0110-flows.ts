import type { Migration } from '../migrate.ts';

/** Flows and saved actions, the flows that a version of a rule calls as they were then, and how far watched deadlines have come. */
export const flows: Migration = {
  version: 110,
  up: (db) => {
    db.exec(`
      CREATE TABLE flows (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        version INTEGER NOT NULL,
        definition TEXT NOT NULL,
        problems TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE flow_versions (
        flow_id INTEGER NOT NULL,
        version INTEGER NOT NULL,
        flows TEXT NOT NULL,
        PRIMARY KEY (flow_id, version)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE flow_locks (
        flow_id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE saved_actions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        version INTEGER NOT NULL,
        definition TEXT NOT NULL,
        problems TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE watch_marks (
        watch TEXT PRIMARY KEY,
        last_due INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE rule_versions ADD COLUMN flows TEXT NOT NULL DEFAULT '{}';
      ALTER TABLE runs ADD COLUMN flow_id INTEGER;
      CREATE INDEX runs_flow ON runs (flow_id, id) WHERE flow_id IS NOT NULL;
    `);
  },
};
