import type Database from 'better-sqlite3';

/** A complete upload under a temporary name whose client is expected to rename it; its event is not recorded yet. Times in ms since the epoch. */
export type AwaitedUploadRow = {
  readonly id: number;
  readonly accountId: number;
  readonly sessionId: number | null;
  /** Virtual path and file key of the temporary name. */
  readonly path: string;
  readonly fileKey: string;
  readonly size: number;
  readonly durationMs: number;
  /** When it was complete. */
  readonly at: number;
  /** JSON of what its event says else. */
  readonly draft: string;
  /** Where it is being renamed to, so that a start after a kill knows the name. */
  readonly targetPath: string | null;
  readonly targetKey: string | null;
  /** Bytes of the file that it replaces there; null for none. */
  readonly targetReplaced: number | null;
};

const COLUMNS = `id, account_id AS accountId, session_id AS sessionId, path, file_key AS fileKey, size, duration_ms AS durationMs, at, draft,
  target_path AS targetPath, target_key AS targetKey, target_replaced AS targetReplaced`;

type NewRow = Omit<AwaitedUploadRow, 'id' | 'targetPath' | 'targetKey' | 'targetReplaced'>;

/** Writes run inside the caller's transaction. One row per file. */
export function createAwaitedUploadsTable(db: Database.Database) {
  const put = db.prepare<NewRow>(`
    INSERT INTO awaited_uploads (account_id, session_id, path, file_key, size, duration_ms, at, draft)
    VALUES (@accountId, @sessionId, @path, @fileKey, @size, @durationMs, @at, @draft)`);
  const all = db.prepare<[], AwaitedUploadRow>(`SELECT ${COLUMNS} FROM awaited_uploads ORDER BY id`);
  const aim = db.prepare<[string | null, string | null, number | null, number]>(
    'UPDATE awaited_uploads SET target_path = ?, target_key = ?, target_replaced = ? WHERE id = ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM awaited_uploads WHERE id = ?');
  return {
    /** Returns the row's id. */
    put: (row: NewRow): number => Number(put.run(row).lastInsertRowid),
    all: (): AwaitedUploadRow[] => all.all(),
    /** Notes where the file is about to be renamed to; null: it is not any more. */
    aim: (id: number, target: { readonly path: string; readonly key: string; readonly replaced: number | null } | null): void =>
      void aim.run(target?.path ?? null, target?.key ?? null, target?.replaced ?? null, id),
    remove: (id: number): void => void remove.run(id),
  };
}
