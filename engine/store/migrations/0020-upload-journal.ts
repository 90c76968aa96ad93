import type { Migration } from '../migrate.ts';

/**
 * The upload journal knows each hidden file's inode from the first row on, so that publishing it needs no row of its own; ids are used
 * again, since nothing outside the journal keeps them. Ids of files come from blocks (files-table), so that a new file touches one page.
 */
export const uploadJournal: Migration = {
  version: 20,
  up: (db) => {
    db.exec(`
      ALTER TABLE uploads RENAME TO uploads_10;
      CREATE TABLE uploads (
        id INTEGER PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('open', 'partial', 'publishing')),
        account_id INTEGER NOT NULL,
        path TEXT NOT NULL,
        file_key TEXT NOT NULL,
        temporary TEXT NOT NULL,
        size INTEGER NOT NULL DEFAULT 0,
        device TEXT,
        inode TEXT,
        draft TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      INSERT INTO uploads (id, state, account_id, path, file_key, temporary, size, device, inode, draft, created_at, updated_at)
      SELECT id, state, account_id, path, file_key, temporary, size, device, inode,
        CASE WHEN json_valid(draft) THEN json_object(
          'actor', json_extract(draft, '$.event.actor'),
          'batchId', json_extract(draft, '$.event.batchId'),
          'info', json_extract(draft, '$.event.info'),
          'replaced', CASE json_extract(draft, '$.event.type') WHEN 'OBJECT_UPDATE'
            THEN json_extract(draft, '$.event.bytes') - json_extract(draft, '$.usage.bytes') END) END,
        created_at, updated_at
      FROM uploads_10;
      DROP TABLE uploads_10;

      CREATE TABLE upload_folders (
        key TEXT NOT NULL,
        prefix TEXT NOT NULL,
        PRIMARY KEY (key, prefix)
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE files RENAME TO files_10;
      CREATE TABLE files (
        key TEXT PRIMARY KEY,
        id INTEGER NOT NULL,
        version INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      INSERT INTO files (key, id, version) SELECT key, id, version FROM files_10;
      INSERT INTO meta (key, value)
      VALUES ('next_file_id', (SELECT ifnull(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'files_10'));
      DROP TABLE files_10;
    `);
  },
};
