import type Database from 'better-sqlite3';

/** Whose cursor it is. */
export type CursorKey = { readonly ruleId: number; readonly step: number; readonly source: string };

/** Everything before `item`, and `parts` of its parts, has been fetched; `validity` names the numbering that this holds for. */
export type CursorPosition = { readonly validity: string; readonly item: number; readonly parts: number };

/** How far fetching from numbered sources has come. */
export function createFetchCursorsTable(db: Database.Database) {
  const get = db.prepare<[CursorKey], CursorPosition>(
    'SELECT validity, item, parts FROM fetch_cursors WHERE rule_id = @ruleId AND step = @step AND source = @source',
  );
  const put = db.prepare<[CursorKey & CursorPosition]>(`
    INSERT INTO fetch_cursors (rule_id, step, source, validity, item, parts) VALUES (@ruleId, @step, @source, @validity, @item, @parts)
    ON CONFLICT (rule_id, step, source) DO UPDATE SET validity = excluded.validity, item = excluded.item, parts = excluded.parts,
      pending_account = NULL, pending_path = NULL, pending_item = NULL, pending_parts = NULL
  `);
  const promise = db.prepare<[CursorKey & { accountId: number; path: string; item: number; parts: number }]>(`
    UPDATE fetch_cursors SET pending_account = @accountId, pending_path = @path, pending_item = @item, pending_parts = @parts
    WHERE rule_id = @ruleId AND step = @step AND source = @source
  `);
  const keep = db.prepare<[number, string]>(`
    UPDATE fetch_cursors SET item = pending_item, parts = pending_parts,
      pending_account = NULL, pending_path = NULL, pending_item = NULL, pending_parts = NULL
    WHERE pending_account = ? AND pending_path = ?
  `);
  return {
    get: (key: CursorKey): CursorPosition | undefined => get.get(key),
    put: (key: CursorKey, position: CursorPosition): void => void put.run({ ...key, ...position }),
    /** The position that `keep` will put, when the account's file `path` is there. */
    promise: (key: CursorKey, accountId: number, path: string, { item, parts }: Omit<CursorPosition, 'validity'>): void =>
      void promise.run({ ...key, accountId, path, item, parts }),
    keep: (accountId: number, path: string): void => void keep.run(accountId, path),
  };
}
