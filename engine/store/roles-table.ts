import type Database from 'better-sqlite3';

/** A role as it is kept; its accounts are found in their table. `createdAt` in ms since the epoch. */
export type RoleRow = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly version: number;
};

const COLUMNS = 'id, name, description, created_at AS createdAt, version';

/** Roles; names are unique whatever their case. */
export function createRolesTable(db: Database.Database) {
  const insert = db.prepare<[string, string, number]>('INSERT INTO roles (name, description, created_at, version) VALUES (?, ?, ?, 1)');
  const update = db.prepare<[string, number]>('UPDATE roles SET description = ?, version = version + 1 WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM roles WHERE id = ?');
  const byName = db.prepare<[string], RoleRow>(`SELECT ${COLUMNS} FROM roles WHERE name = ?`);
  const all = db.prepare<[], RoleRow>(`SELECT ${COLUMNS} FROM roles ORDER BY name`);
  return {
    /** Returns the new id. */
    insert: ({ name, description }: Pick<RoleRow, 'name' | 'description'>, at: number): number =>
      Number(insert.run(name, description, at).lastInsertRowid),
    update: (id: number, { description }: Pick<RoleRow, 'description'>): void => void update.run(description, id),
    remove: (id: number): void => void remove.run(id),
    byName: (name: string): RoleRow | undefined => byName.get(name),
    all: (): RoleRow[] => all.all(),
  };
}
