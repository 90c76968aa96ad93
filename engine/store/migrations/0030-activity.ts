import type { Migration } from '../migrate.ts';

/**
 * What the timeline and the plot show, folded from the log behind the insert path by the maintenance worker (activity-fold.ts), and the
 * partial indexes of the filters that the log is asked for. The partial ones hold no row for an ordinary upload.
 */
export const activity: Migration = {
  version: 30,
  up: (db) => {
    db.exec(`
      CREATE INDEX events_outcome ON events (outcome) WHERE outcome <> 'ok';
      CREATE INDEX events_pollable ON events (pollable) WHERE pollable = 1;
      CREATE INDEX events_record ON events (objecttype, object_id) WHERE schema = 'BASE';
      CREATE INDEX sessions_token ON sessions (token_hash);

      CREATE TABLE activity (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('session', 'event', 'failed-sign-ins')),
        newest_id INTEGER NOT NULL,
        oldest_id INTEGER NOT NULL,
        session_id INTEGER,
        user_name TEXT,
        protocol TEXT,
        address TEXT,
        client TEXT,
        started_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL,
        events INTEGER NOT NULL,
        uploads INTEGER NOT NULL,
        downloads INTEGER NOT NULL,
        bytes_in INTEGER NOT NULL,
        bytes_out INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        rule_runs INTEGER NOT NULL,
        names TEXT NOT NULL
      ) STRICT;
      CREATE INDEX activity_newest ON activity (newest_id);
      CREATE INDEX activity_address ON activity (address, newest_id);
      CREATE UNIQUE INDEX activity_session ON activity (session_id) WHERE session_id IS NOT NULL;

      CREATE TABLE transfer_totals (
        quarter INTEGER NOT NULL,
        user_name TEXT NOT NULL,
        files_in INTEGER NOT NULL,
        files_out INTEGER NOT NULL,
        bytes_in INTEGER NOT NULL,
        bytes_out INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        PRIMARY KEY (quarter, user_name)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE log_quarters (
        quarter INTEGER PRIMARY KEY,
        first_id INTEGER NOT NULL,
        last_id INTEGER NOT NULL
      ) STRICT;

      INSERT INTO meta (key, value) VALUES ('folded_to', '0');
    `);
  },
};
