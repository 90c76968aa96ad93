import type Database from 'better-sqlite3';

export type Usage = { readonly bytes: number; readonly files: number };

/** Quota counters: columns of `accounts` that change with every event, in the event's own transaction. */
export function createUsageTable(db: Database.Database) {
  const read = db.prepare<[number], Usage>('SELECT used_bytes AS bytes, used_files AS files FROM accounts WHERE id = ?');
  const add = db.prepare<[number, number, number]>(
    'UPDATE accounts SET used_bytes = max(0, used_bytes + ?), used_files = max(0, used_files + ?) WHERE id = ?',
  );
  /** As they stand, changes of the open transaction included. */
  const known = new Map<number, Usage>();
  function get(accountId: number): Usage {
    let usage = known.get(accountId);
    if (usage === undefined) {
      usage = read.get(accountId) ?? { bytes: 0, files: 0 };
      known.set(accountId, usage);
    }
    return usage;
  }
  return {
    get,
    add: (accountId: number, bytes: number, files: number): void => {
      const before = get(accountId);
      add.run(bytes, files, accountId);
      known.set(accountId, { bytes: Math.max(0, before.bytes + bytes), files: Math.max(0, before.files + files) });
    },
    /** After a rollback nothing that was remembered is certain. */
    forget: (): void => known.clear(),
  };
}
