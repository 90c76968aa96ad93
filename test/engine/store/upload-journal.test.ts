import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate } from '../../../engine/store/migrate.ts';
import { createFilesTable } from '../../../engine/store/files-table.ts';
import { createUploadsTable } from '../../../engine/store/uploads-table.ts';
import { parseDraft } from '../../../engine/vfs/upload-draft.ts';

/** A database of version 0.1.0 that a kill left with uploads on their way, brought to this version. */
function migrated(): Database.Database {
  const db = new Database(':memory:');
  migrate(db, 10);
  const actor = { sessionId: 1, userId: 1, userName: 'acme', ip: null, protocol: 'SFTP', client: null, origin: 'client', causedBy: null };
  const draft = (type: string, bytes: number): string =>
    JSON.stringify({
      event: {
        type,
        object: { schema: 'USER', type: 'file' },
        info: { operation: 'upload' },
        path: '/a',
        bytes: 10,
        actor,
        batchId: 3,
        at: 5,
      },
      accountId: 1,
      key: '/home/a',
      usage: { bytes, files: 1 },
    });
  const insert = db.prepare(
    "INSERT INTO uploads (state, account_id, path, file_key, temporary, size, device, inode, draft, created_at, updated_at) VALUES (?, 1, '/a', '/home/a', 't', 10, ?, ?, ?, 1, 2)",
  );
  insert.run('publishing', '7', '8', draft('OBJECT_INSERT', 10));
  insert.run('publishing', '7', '9', draft('OBJECT_UPDATE', 4));
  insert.run('partial', null, null, null);
  const file = db.prepare('INSERT INTO files (key, version) VALUES (?, 2)');
  for (const key of ['/home/a', '/home/b', '/home/c']) file.run(key);
  db.prepare("DELETE FROM files WHERE key = '/home/c'").run();
  migrate(db);
  return db;
}

it('takes over uploads that were on their way, with what their events say', () => {
  const db = migrated();
  const rows = createUploadsTable(db).all();
  expect(rows.map(({ state, inode, size }) => [state, inode, size])).toEqual([
    ['publishing', '8', 10],
    ['publishing', '9', 10],
    ['partial', null, 10],
  ]);
  const [created, changed, partial] = rows.map((row) => parseDraft(row.draft));
  expect(created).toMatchObject({ actor: { userName: 'acme' }, batchId: 3, info: { operation: 'upload' }, replaced: null });
  expect(changed?.replaced).toBe(6);
  expect(partial).toBeUndefined();
  db.close();
});

it('keeps ids and versions of files, and gives none of them again', () => {
  const db = migrated();
  const files = createFilesTable(db);
  expect([files.identify('/home/a'), files.identify('/home/b')]).toEqual([
    { id: 1, version: 2 },
    { id: 2, version: 2 },
  ]);
  expect(files.identify('/home/new').id).toBe(4);
  db.close();
});
