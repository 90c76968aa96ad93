import type { Migration } from '../migrate.ts';

/**
 * What rules note of files, by the file's id: it follows a rename by itself, and the trigger takes it along when a file is forgotten,
 * whether alone, with its folder, or under a file that takes its place.
 */
export const fileMetadata: Migration = {
  version: 160,
  up: (db) => {
    db.exec(`
      CREATE TABLE file_metadata (
        file_id INTEGER NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (file_id, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER files_metadata_removed AFTER DELETE ON files BEGIN
        DELETE FROM file_metadata WHERE file_id = OLD.id;
      END;
    `);
  },
};
