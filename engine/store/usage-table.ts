import type Database from 'better-sqlite3';

export type Usage = { readonly bytes: number; readonly files: number };

/** Quota counters: columns of `accounts` and `folders` that change with every event, in the event's own transaction. */
export function createUsageTable(db: Database.Database, table: 'accounts' | 'folders') {
  const read = db.prepare<[number], Usage>(`SELECT used_bytes AS bytes, used_files AS files FROM ${table} WHERE id = ?`);
  const add = db.prepare<[number, number, number]>(
    `UPDATE ${table} SET used_bytes = max(0, used_bytes + ?), used_files = max(0, used_files + ?) WHERE id = ?`,
  );
  /** As they stand, changes of the open transaction included. */
  const known = new Map<number, Usage>();
  function get(id: number): Usage {
    let usage = known.get(id);
    if (usage === undefined) {
      usage = read.get(id) ?? { bytes: 0, files: 0 };
      known.set(id, usage);
    }
    return usage;
  }
  return {
    get,
    add: (id: number, bytes: number, files: number): void => {
      const before = get(id);
      add.run(bytes, files, id);
      known.set(id, { bytes: Math.max(0, before.bytes + bytes), files: Math.max(0, before.files + files) });
    },
    /** After a rollback nothing that was remembered is certain. */
    forget: (): void => known.clear(),
  };
}
