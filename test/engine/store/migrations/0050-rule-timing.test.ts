import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../../../engine/store/migrate.ts';

const DAY_MS = 86_400_000;

test('what happened before counts: the first upload and download of each account, ended runs per day', () => {
  const db = new Database(':memory:');
  migrate(db, 41);
  const event = db.prepare(`
    INSERT INTO events (at, type, pollable, schema, user_id, outcome, origin, info) VALUES (0, ?, 0, 'USER', ?, ?, ?, ?)`);
  const operation = (name: string): string => JSON.stringify({ operation: name });
  event.run('OBJECT_INSERT', 1, 'ok', 'client', operation('mkdir'));
  event.run('OBJECT_INSERT', 1, 'ok', 'rule', operation('upload'));
  event.run('OBJECT_UPDATE', 1, 'ok', 'client', operation('overwrite'));
  event.run('OBJECT_INSERT', 1, 'ok', 'client', operation('upload'));
  event.run('ASSET_DOWNLOAD', 2, 'ok', 'client', '{}');
  event.run('ASSET_DOWNLOAD', 2, 'ok', 'client', '{}');
  const run = db.prepare(`
    INSERT INTO runs (uid, rule_id, rule_version, rule_name, trigger, depth, serial, state, trace, created_at, not_before, finished_at)
    VALUES ('u', 7, 1, 'r', 'upload', 0, 0, ?, '[]', 0, 0, ?)`);
  run.run('done', 3 * DAY_MS);
  run.run('failed', 4 * DAY_MS - 1);
  run.run('filtered', 3 * DAY_MS);
  run.run('queued', null);
  run.run('done', 4 * DAY_MS);
  migrate(db, 50);
  expect(db.prepare('SELECT account_id, direction, event_id FROM account_firsts ORDER BY account_id').raw().all()).toEqual([
    [1, 'upload', 3],
    [2, 'download', 5],
  ]);
  expect(db.prepare('SELECT rule_id, day, ended, failed, last_run FROM run_days ORDER BY day').raw().all()).toEqual([
    [7, 3, 2, 1, 2],
    [7, 4, 1, 0, 5],
  ]);
  db.close();
});
