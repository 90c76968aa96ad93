import type Database from 'better-sqlite3';

/**
 * The upload journal (spec: events, "What an acknowledgement promises"): `open` while bytes come in, `partial` when it can be resumed,
 * `publishing` between the client's close and the commit of the event.
 */
export type UploadState = 'open' | 'partial' | 'publishing';

export type UploadRow = {
  readonly id: number;
  readonly state: UploadState;
  readonly accountId: number;
  /** Virtual path of the final name. */
  readonly path: string;
  /** Identity of the final file, see files-table. */
  readonly fileKey: string;
  /** Name of the hidden file in the same directory; equals the final name for a change in place. */
  readonly temporary: string;
  readonly size: number;
  /** Decimal strings: inode numbers exceed 2^53 on some file systems. */
  readonly device: string | null;
  readonly inode: string | null;
  /** JSON of the event to record when start-up finds the file already renamed. */
  readonly draft: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const COLUMNS = `id, state, account_id AS accountId, path, file_key AS fileKey, temporary, size, device, inode, draft,
  created_at AS createdAt, updated_at AS updatedAt`;

export function createUploadsTable(db: Database.Database) {
  const insert = db.prepare<{ accountId: number; path: string; fileKey: string; temporary: string; at: number }>(`
    INSERT INTO uploads (state, account_id, path, file_key, temporary, size, created_at, updated_at)
    VALUES ('open', @accountId, @path, @fileKey, @temporary, 0, @at, @at)`);
  const setState = db.prepare<[UploadState, number, number, number]>(
    'UPDATE uploads SET state = ?, size = ?, updated_at = ?, draft = NULL WHERE id = ?',
  );
  const publishing = db.prepare<[number, string, string, string, number, number]>(
    "UPDATE uploads SET state = 'publishing', size = ?, device = ?, inode = ?, draft = ?, updated_at = ? WHERE id = ?",
  );
  const retarget = db.prepare<[string, string, string, number]>('UPDATE uploads SET path = ?, file_key = ?, temporary = ? WHERE id = ?');
  const moveBelow = db.prepare<{ from: string; to: string; fromPath: string; toPath: string; low: string; high: string }>(`
    UPDATE uploads SET file_key = @to || substr(file_key, length(@from) + 1), path = @toPath || substr(path, length(@fromPath) + 1)
    WHERE file_key >= @low AND file_key < @high`);
  const remove = db.prepare<[number]>('DELETE FROM uploads WHERE id = ?');
  const get = db.prepare<[number], UploadRow>(`SELECT ${COLUMNS} FROM uploads WHERE id = ?`);
  const all = db.prepare<[], UploadRow>(`SELECT ${COLUMNS} FROM uploads ORDER BY id`);
  return {
    /** Returns the row's id; written before the temporary exists, so that a kill leaves no file without a row. */
    open: (row: { accountId: number; path: string; fileKey: string; temporary: string; at: number }): number =>
      Number(insert.run(row).lastInsertRowid),
    setState: (id: number, state: UploadState, size: number, at: number): void => void setState.run(state, size, at, id),
    setPublishing: (id: number, mark: { size: number; device: string; inode: string; draft: string; at: number }): void =>
      void publishing.run(mark.size, mark.device, mark.inode, mark.draft, mark.at, id),
    retarget: (id: number, to: { path: string; fileKey: string; temporary: string }): void =>
      void retarget.run(to.path, to.fileKey, to.temporary, id),
    /** Partials in a folder that was renamed go on under its new name. Keys are real paths, paths virtual ones. */
    moveBelow: (from: { key: string; path: string }, to: { key: string; path: string }): void =>
      void moveBelow.run({ from: from.key, to: to.key, fromPath: from.path, toPath: to.path, low: `${from.key}/`, high: `${from.key}0` }),
    remove: (id: number): void => void remove.run(id),
    get: (id: number): UploadRow | undefined => get.get(id),
    /** Every row; for recovery at start and for expiry. */
    all: (): UploadRow[] => all.all(),
  };
}
