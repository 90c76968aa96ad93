import type Database from 'better-sqlite3';
import { type GroupSettings, groupSettingsSchema } from '../contract/group.ts';

/** A group as it is kept; its members are found in the accounts. `createdAt` in ms since the epoch. */
export type GroupRow = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly settings: GroupSettings;
  readonly createdAt: number;
  readonly version: number;
};

type Row = Omit<GroupRow, 'settings'> & { readonly settings: string };

const COLUMNS = 'id, name, description, settings, created_at AS createdAt, version';

/** Groups; names are unique whatever their case. */
export function createGroupsTable(db: Database.Database) {
  const insert = db.prepare<[string, string, string, number]>(
    'INSERT INTO groups (name, description, settings, created_at, version) VALUES (?, ?, ?, ?, 1)',
  );
  const update = db.prepare<[string, string, number]>(
    'UPDATE groups SET description = ?, settings = ?, version = version + 1 WHERE id = ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM groups WHERE id = ?');
  const byName = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM groups WHERE name = ?`);
  const all = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM groups ORDER BY name`);
  return {
    /** Returns the new id. */
    insert: ({ name, description, settings }: Pick<GroupRow, 'name' | 'description' | 'settings'>, at: number): number =>
      Number(insert.run(name, description, JSON.stringify(settings), at).lastInsertRowid),
    update: (id: number, { description, settings }: Pick<GroupRow, 'description' | 'settings'>): void =>
      void update.run(description, JSON.stringify(settings), id),
    remove: (id: number): void => void remove.run(id),
    byName: (name: string): GroupRow | undefined => {
      const row = byName.get(name);
      return row === undefined ? undefined : read(row);
    },
    all: (): GroupRow[] => all.all().map(read),
  };
}

/** Through the schema, so that settings that came later have their defaults. */
function read(row: Row): GroupRow {
  return { ...row, settings: groupSettingsSchema.parse(JSON.parse(row.settings)) };
}
