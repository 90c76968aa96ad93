import type { Migration } from '../migrate.ts';

/**
 * How far each step of a rule has come in a numbered source, such as a mailbox. `pending_*` is the file being written: the position moves on
 * in the transaction of its event.
 */
export const fetchCursors: Migration = {
  version: 150,
  up(db) {
    db.exec(`
      CREATE TABLE fetch_cursors (
        id INTEGER PRIMARY KEY,
        rule_id INTEGER NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        source TEXT NOT NULL,
        validity TEXT NOT NULL,
        item INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        pending_account INTEGER,
        pending_path TEXT,
        pending_item INTEGER,
        pending_parts INTEGER,
        UNIQUE (rule_id, step, source)
      ) STRICT;
      CREATE INDEX fetch_cursors_pending ON fetch_cursors (pending_account, pending_path) WHERE pending_path IS NOT NULL;
    `);
  },
};
