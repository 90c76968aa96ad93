import type Database from 'better-sqlite3';

/** Sealed secrets; what the bytes mean is secret-store.ts's business. */
export function createSecretsTable(db: Database.Database) {
  const insert = db.prepare<[Buffer]>('INSERT INTO secrets (sealed) VALUES (?)');
  const get = db.prepare<[number], { sealed: Buffer }>('SELECT sealed FROM secrets WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM secrets WHERE id = ?');
  const any = db.prepare<[], { id: number }>('SELECT id FROM secrets LIMIT 1');
  return {
    /** Returns the new id; ids are never used again. */
    insert: (sealed: Buffer): number => Number(insert.run(sealed).lastInsertRowid),
    get: (id: number): Buffer | undefined => get.get(id)?.sealed,
    isEmpty: (): boolean => any.get() === undefined,
    remove: (id: number): void => void remove.run(id),
  };
}
