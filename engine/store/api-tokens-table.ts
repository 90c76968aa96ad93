import type Database from 'better-sqlite3';

/** A token as it is kept: by the SHA-256 of its text (hex), so that the file gives nobody a token. Times in ms since the epoch. */
export type ApiTokenRow = {
  readonly id: number;
  readonly name: string;
  /** JSON list of API permissions. */
  readonly permissions: string;
  /** That of the administrator who made it: it reaches no further than he does. Null: none. */
  readonly role: string | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
};

const COLUMNS = 'id, name, permissions, role, created_at AS createdAt, expires_at AS expiresAt';

export function createApiTokensTable(db: Database.Database) {
  const insert = db.prepare<[string, string, string, string | null, number, number | null]>(
    'INSERT INTO api_tokens (name, token_hash, permissions, role, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const byHash = db.prepare<[string], ApiTokenRow>(`SELECT ${COLUMNS} FROM api_tokens WHERE token_hash = ?`);
  const byId = db.prepare<[number], ApiTokenRow>(`SELECT ${COLUMNS} FROM api_tokens WHERE id = ?`);
  const all = db.prepare<[], ApiTokenRow>(`SELECT ${COLUMNS} FROM api_tokens ORDER BY id`);
  const remove = db.prepare<[number]>('DELETE FROM api_tokens WHERE id = ?');
  return {
    /** Returns the new id. */
    insert: (row: Omit<ApiTokenRow, 'id'> & { readonly hash: string }): number =>
      Number(insert.run(row.name, row.hash, row.permissions, row.role, row.createdAt, row.expiresAt).lastInsertRowid),
    byHash: (hash: string): ApiTokenRow | undefined => byHash.get(hash),
    byId: (id: number): ApiTokenRow | undefined => byId.get(id),
    all: (): ApiTokenRow[] => all.all(),
    remove: (id: number): void => void remove.run(id),
  };
}
