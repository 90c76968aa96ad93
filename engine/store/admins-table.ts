import type Database from 'better-sqlite3';

/** An administrator as it is kept. `createdAt` in ms since the epoch. */
export type AdminRow = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly email: string;
  /** Names of permissions; a newer program may have known more of them. */
  readonly permissions: readonly string[];
  /** The one whose accounts he looks after; null: all. */
  readonly role: string | null;
  readonly enabled: boolean;
  /** argon2id; null for one who has no password here. */
  readonly passwordHash: string | null;
  readonly createdAt: number;
  readonly version: number;
};

/** What is written of one. */
export type AdminValues = Omit<AdminRow, 'id' | 'createdAt' | 'version'>;

type Raw = Omit<AdminRow, 'permissions' | 'enabled'> & { readonly permissions: string; readonly enabled: number };

const COLUMNS = 'id, name, description, email, permissions, role, enabled, password_hash AS passwordHash, created_at AS createdAt, version';

/** Administrators; names are unique whatever their case. */
export function createAdminsTable(db: Database.Database) {
  const insert = db.prepare<[Record<string, unknown>]>(`
    INSERT INTO admins (name, description, email, permissions, role, enabled, password_hash, created_at, version)
    VALUES (@name, @description, @email, @permissions, @role, @enabled, @passwordHash, @createdAt, 1)`);
  const update = db.prepare<[Record<string, unknown>]>(`
    UPDATE admins SET name = @name, description = @description, email = @email, permissions = @permissions, role = @role, enabled = @enabled,
      password_hash = @passwordHash, version = version + 1 WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM admins WHERE id = ?');
  const byId = db.prepare<[number], Raw>(`SELECT ${COLUMNS} FROM admins WHERE id = ?`);
  const byName = db.prepare<[string], Raw>(`SELECT ${COLUMNS} FROM admins WHERE name = ?`);
  const all = db.prepare<[], Raw>(`SELECT ${COLUMNS} FROM admins ORDER BY name`);
  const found = (raw: Raw | undefined): AdminRow | undefined => (raw === undefined ? undefined : toRow(raw));
  return {
    /** Returns the new id. */
    insert: (values: AdminValues, createdAt: number): number => Number(insert.run({ ...toRaw(values), createdAt }).lastInsertRowid),
    update: (id: number, values: AdminValues): void => void update.run({ ...toRaw(values), id }),
    remove: (id: number): void => void remove.run(id),
    byId: (id: number): AdminRow | undefined => found(byId.get(id)),
    byName: (name: string): AdminRow | undefined => found(byName.get(name)),
    all: (): AdminRow[] => all.all().map(toRow),
  };
}

function toRaw({ permissions, enabled, ...values }: AdminValues) {
  return { ...values, permissions: JSON.stringify(permissions), enabled: enabled ? 1 : 0 };
}

function toRow({ permissions, enabled, ...raw }: Raw): AdminRow {
  return { ...raw, permissions: JSON.parse(permissions) as string[], enabled: enabled === 1 };
}
