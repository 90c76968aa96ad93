import type Database from 'better-sqlite3';

/** A token as it is kept: by the SHA-256 of its text (hex), so that the file gives nobody a token. Times in ms since the epoch. */
export type ApiTokenRow = {
  readonly id: number;
  readonly name: string;
  /** JSON list of API permissions. */
  readonly permissions: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
};

const COLUMNS = 'id, name, permissions, created_at AS createdAt, expires_at AS expiresAt';

export function createApiTokensTable(db: Database.Database) {
  const insert = db.prepare<[string, string, string, number, number | null]>(
    'INSERT INTO api_tokens (name, token_hash, permissions, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const byHash = db.prepare<[string], ApiTokenRow>(`SELECT ${COLUMNS} FROM api_tokens WHERE token_hash = ?`);
  const byId = db.prepare<[number], ApiTokenRow>(`SELECT ${COLUMNS} FROM api_tokens WHERE id = ?`);
  const all = db.prepare<[], ApiTokenRow>(`SELECT ${COLUMNS} FROM api_tokens ORDER BY id`);
  const remove = db.prepare<[number]>('DELETE FROM api_tokens WHERE id = ?');
  return {
    /** Returns the new id. */
    insert: (row: Omit<ApiTokenRow, 'id'> & { readonly hash: string }): number =>
      Number(insert.run(row.name, row.hash, row.permissions, row.createdAt, row.expiresAt).lastInsertRowid),
    byHash: (hash: string): ApiTokenRow | undefined => byHash.get(hash),
    byId: (id: number): ApiTokenRow | undefined => byId.get(id),
    all: (): ApiTokenRow[] => all.all(),
    remove: (id: number): void => void remove.run(id),
  };
}
