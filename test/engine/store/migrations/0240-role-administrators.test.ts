import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../../../engine/store/migrate.ts';

test('what the console remembered for all is the owner’s, and administrators and tokens go on without a role', () => {
  const db = new Database(':memory:');
  migrate(db, 190);
  db.exec(`
    INSERT INTO preferences (key, value) VALUES ('theme', '"dark"'), ('hint', 'false');
    INSERT INTO admins (name, description, email, permissions, enabled, created_at, version) VALUES ('kim', '', '', '["status"]', 1, 0, 1);
    INSERT INTO api_tokens (name, token_hash, permissions, created_at) VALUES ('script', 'ab', '["status"]', 0);`);
  migrate(db, 240);
  expect(db.prepare('SELECT * FROM preferences').raw().all()).toEqual([
    [0, 'hint', 'false'],
    [0, 'theme', '"dark"'],
  ]);
  expect(db.prepare('SELECT name, role FROM admins UNION ALL SELECT name, role FROM api_tokens').raw().all()).toEqual([
    ['kim', null],
    ['script', null],
  ]);
  db.close();
});
