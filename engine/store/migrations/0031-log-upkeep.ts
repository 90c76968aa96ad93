import type { Migration } from '../migrate.ts';

/**
 * Events that are kept whole only until no run needs them, and no index by time: retention walks the index of the types, searches turn
 * dates into ids.
 */
export const logUpkeep: Migration = {
  version: 31,
  up: (db) => {
    db.exec(`
      DROP INDEX events_at;

      CREATE TABLE event_dues (
        event_id INTEGER PRIMARY KEY,
        removal INTEGER NOT NULL,
        personal_info TEXT NOT NULL
      ) STRICT;
    `);
  },
};
