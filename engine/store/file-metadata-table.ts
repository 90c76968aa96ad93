import type Database from 'better-sqlite3';

/** What rules note of files: keys with values, by the file's id. Writes run inside the caller's transaction. */
export function createFileMetadataTable(db: Database.Database) {
  const all = db.prepare<[string], { key: string; value: string }>(
    'SELECT m.key, m.value FROM file_metadata m JOIN files f ON f.id = m.file_id WHERE f.key = ? ORDER BY m.key',
  );
  const put = db.prepare<[number, string, string]>(
    'INSERT INTO file_metadata (file_id, key, value) VALUES (?, ?, ?) ON CONFLICT (file_id, key) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[number, string]>('DELETE FROM file_metadata WHERE file_id = ? AND key = ?');
  const clear = db.prepare<[number]>('DELETE FROM file_metadata WHERE file_id = ?');
  const copy = db.prepare<[number, string]>(`
    INSERT INTO file_metadata (file_id, key, value)
    SELECT ?, m.key, m.value FROM file_metadata m JOIN files f ON f.id = m.file_id WHERE f.key = ?`);
  return {
    /** By the file's key, as in the table of files. */
    of: (fileKey: string): Readonly<Record<string, string>> => Object.fromEntries(all.all(fileKey).map(({ key, value }) => [key, value])),
    /** An empty value removes the key. */
    put: (fileId: number, key: string, value: string): void => {
      if (value === '') remove.run(fileId, key);
      else put.run(fileId, key, value);
    },
    /** The file gets what the one of `fromKey` has, and nothing else. */
    copy: (fromKey: string, fileId: number): void => {
      clear.run(fileId);
      copy.run(fileId, fromKey);
    },
  };
}
