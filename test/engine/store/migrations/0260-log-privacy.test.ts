import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../../../engine/store/migrate.ts';

test('a log of before keeps its exchange id, the count of its batches and what is due', () => {
  const db = new Database(':memory:');
  migrate(db, 240);
  db.exec(`
    INSERT INTO meta (key, value) VALUES ('log_id', 'of-before');
    INSERT INTO batches (id, session_id, started_at) VALUES (41, 1, 1);
    DELETE FROM batches;
    INSERT INTO event_dues (event_id, removal, personal_info) VALUES (1, 0, '["login"]'), (2, 0, '"all"');`);
  migrate(db);
  const meta = db.prepare("SELECT key, value FROM meta WHERE key IN ('exchange_id', 'batches_to') ORDER BY key").raw().all();
  expect(meta).toEqual([
    ['batches_to', '41'],
    ['exchange_id', 'of-before'],
  ]);
  const dues = db.prepare<[], string>('SELECT personal_info FROM event_dues ORDER BY event_id').pluck().all();
  expect(dues.map((text) => JSON.parse(text) as unknown)).toEqual([
    { names: ['login'], addresses: [] },
    { names: 'all', addresses: [] },
  ]);
  db.close();
});
