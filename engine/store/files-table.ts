import type Database from 'better-sqlite3';

/**
 * Stable ids of files (`object_id`, `global_object_id`, `object_version`). The key is the real path below its root, so that one file has
 * one id under whatever virtual path an account sees it. A file that came without Gatehouse gets its row at the first event about it.
 */
export type FileIdentity = { readonly id: number; readonly version: number };

export function createFilesTable(db: Database.Database) {
  const find = db.prepare<[string], FileIdentity>('SELECT id, version FROM files WHERE key = ?');
  const insert = db.prepare<[string]>('INSERT INTO files (key, version) VALUES (?, 1)');
  const bump = db.prepare<[string], FileIdentity>('UPDATE files SET version = version + 1 WHERE key = ? RETURNING id, version');
  const remove = db.prepare<[string]>('DELETE FROM files WHERE key = ?');
  const move = db.prepare<[string, string]>('UPDATE files SET key = ? WHERE key = ?');
  const moveBelow = db.prepare<{ from: string; to: string; low: string; high: string }>(
    'UPDATE files SET key = @to || substr(key, length(@from) + 1) WHERE key >= @low AND key < @high',
  );
  const removeBelow = db.prepare<[string, string]>('DELETE FROM files WHERE key >= ? AND key < ?');
  /** '0' follows '/' in ASCII, so [key/, key0) is exactly what lies below a folder. */
  const below = (key: string): [string, string] => [`${key}/`, `${key}0`];
  return {
    /** The file's identity, made now if it has none. */
    identify: (key: string): FileIdentity => find.get(key) ?? { id: Number(insert.run(key).lastInsertRowid), version: 1 },
    /** A new content or attribute under the same identity. */
    touch: (key: string): FileIdentity => bump.get(key) ?? { id: Number(insert.run(key).lastInsertRowid), version: 1 },
    /** Forgets the file, or the folder with all below it. */
    remove: (key: string): void => {
      remove.run(key);
      removeBelow.run(...below(key));
    },
    /** The file keeps its id under the new key; an overwritten target loses its own. */
    move: (from: string, to: string): void => {
      remove.run(to);
      removeBelow.run(...below(to));
      move.run(to, from);
      const [low, high] = below(from);
      moveBelow.run({ from, to, low, high });
    },
  };
}
