import type { Migration } from '../migrate.ts';

/** Unfinished answers of the set-up wizard: one row at most, JSON. */
export const setupDraft: Migration = {
  version: 60,
  up(db) {
    db.exec(`
      CREATE TABLE setup_draft (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        answers TEXT NOT NULL
      ) STRICT;
    `);
  },
};
