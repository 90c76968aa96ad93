import type { Migration } from '../migrate.ts';

/** Batches of events in one run, what happened for the first time, pauses of failing rules, when versions were saved, runs per day. */
export const ruleTiming: Migration = {
  version: 50,
  up: (db) => {
    db.exec(`
      ALTER TABLE rules ADD COLUMN failures_in_row INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE rules ADD COLUMN paused_at INTEGER;
      ALTER TABLE rule_versions ADD COLUMN saved_at INTEGER;

      ALTER TABLE runs ADD COLUMN batch_key TEXT;
      ALTER TABLE runs ADD COLUMN lane TEXT;
      CREATE INDEX runs_lane ON runs (lane, id) WHERE lane IS NOT NULL AND state IN ('queued', 'waiting', 'running');
      ALTER TABLE runs ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
      CREATE UNIQUE INDEX runs_collecting ON runs (batch_key, rule_id) WHERE batch_key IS NOT NULL;

      CREATE TABLE run_items (
        run_id INTEGER NOT NULL,
        event_id INTEGER NOT NULL,
        PRIMARY KEY (run_id, event_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX run_items_event ON run_items (event_id);

      CREATE TABLE run_days (
        rule_id INTEGER NOT NULL,
        day INTEGER NOT NULL,
        ended INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        last_run INTEGER NOT NULL,
        PRIMARY KEY (rule_id, day)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE account_firsts (
        account_id INTEGER NOT NULL,
        direction TEXT NOT NULL,
        event_id INTEGER NOT NULL,
        PRIMARY KEY (account_id, direction)
      ) STRICT, WITHOUT ROWID;

      INSERT INTO run_days (rule_id, day, ended, failed, last_run)
        SELECT rule_id, finished_at / 86400000, count(*), sum(state <> 'done'), max(id)
        FROM runs WHERE finished_at IS NOT NULL AND state <> 'filtered' GROUP BY 1, 2;
      INSERT INTO account_firsts (account_id, direction, event_id)
        SELECT user_id, 'upload', min(id) FROM events
        WHERE type IN ('OBJECT_INSERT', 'OBJECT_UPDATE') AND outcome = 'ok' AND origin = 'client' AND user_id IS NOT NULL AND schema = 'USER'
          AND json_extract(info, '$.operation') IN ('upload', 'overwrite', 'append')
        GROUP BY user_id;
      INSERT INTO account_firsts (account_id, direction, event_id)
        SELECT user_id, 'download', min(id) FROM events
        WHERE type = 'ASSET_DOWNLOAD' AND outcome = 'ok' AND origin = 'client' AND user_id IS NOT NULL
        GROUP BY user_id;
    `);
  },
};
