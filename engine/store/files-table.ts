import type Database from 'better-sqlite3';

/**
 * Stable ids of files (`object_id`, `global_object_id`, `object_version`). The key is the real path below its root, so that one file has
 * one id under whatever virtual path an account sees it. A file that came without Gatehouse gets its row at the first event about it.
 */
export type FileIdentity = { readonly id: number; readonly version: number };

/** Ids are taken from the database this many at a time. Those left over at a stop are never given out. */
const ID_BLOCK = 1000;

export function createFilesTable(db: Database.Database) {
  const find = db.prepare<[string], FileIdentity>('SELECT id, version FROM files WHERE key = ?');
  const insert = db.prepare<[string, number]>('INSERT INTO files (key, id, version) VALUES (?, ?, 1)');
  const bump = db.prepare<[string], FileIdentity>('UPDATE files SET version = version + 1 WHERE key = ? RETURNING id, version');
  const remove = db.prepare<[string]>('DELETE FROM files WHERE key = ?');
  const move = db.prepare<[string, string]>('UPDATE files SET key = ? WHERE key = ?');
  const moveBelow = db.prepare<{ from: string; to: string; low: string; high: string }>(
    'UPDATE files SET key = @to || substr(key, length(@from) + 1) WHERE key >= @low AND key < @high',
  );
  const removeBelow = db.prepare<[string, string]>('DELETE FROM files WHERE key >= ? AND key < ?');
  const nextId = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'next_file_id'");
  const reserveTo = db.prepare<[string]>("UPDATE meta SET value = ? WHERE key = 'next_file_id'");
  /** '0' follows '/' in ASCII, so [key/, key0) is exactly what lies below a folder. */
  const below = (key: string): [string, string] => [`${key}/`, `${key}0`];

  let next = Number(nextId.get()?.value);
  /** The first id that is not this process's to give. */
  let end = next;

  /** An id is given once, also where the transaction that asked for it is rolled back. */
  function add(key: string): FileIdentity {
    if (next === end) {
      end += ID_BLOCK;
      reserveTo.run(String(end));
    }
    const id = next++;
    insert.run(key, id);
    return { id, version: 1 };
  }

  return {
    /** The file's identity, made now if it has none. */
    identify: (key: string): FileIdentity => find.get(key) ?? add(key),
    /** A new content or attribute under the same identity. */
    touch: (key: string): FileIdentity => bump.get(key) ?? add(key),
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
    /** After a rollback: the block that the transaction may have taken is taken again. */
    forget: (): void => {
      end = next;
    },
  };
}
