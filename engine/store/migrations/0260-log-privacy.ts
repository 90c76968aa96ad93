import type { Migration } from '../migrate.ts';

/**
 * - The display name of who did something, as it was then; null where it is the login name.
 * - Record changes are kept for another time than changes of files: an index of these few alone, which no upload pays for.
 * - Runs that were asked before something happened hold an event of their own, whose address and session are to be found again.
 * - The id in `global_object_id` stays what it was when the log gets another id by being restored.
 * - Batches are numbers: nothing but their order was ever read of the rows that led from them to sessions.
 */
export const logPrivacy: Migration = {
  version: 260,
  up: (db) => {
    db.exec(`
      ALTER TABLE events ADD COLUMN display_name TEXT;
      CREATE INDEX events_record_changes ON events (type, id)
        WHERE schema = 'BASE' AND type IN ('OBJECT_INSERT', 'OBJECT_UPDATE', 'OBJECT_DELETE');
      CREATE INDEX runs_operation_address ON runs (operation ->> '$.type', created_at) WHERE operation ->> '$.ipv4_address' IS NOT NULL;
      CREATE INDEX runs_operation_session ON runs (operation ->> '$._session._id') WHERE operation IS NOT NULL;
      UPDATE event_dues SET personal_info = json_object('names', json(personal_info), 'addresses', json('[]'));
      INSERT INTO meta (key, value) SELECT 'exchange_id', value FROM meta WHERE key = 'log_id';
      INSERT INTO meta (key, value) SELECT 'batches_to', max(seq) FROM (SELECT 0 AS seq UNION SELECT seq FROM sqlite_sequence WHERE name = 'batches');
      DROP TABLE batches;
    `);
  },
};
