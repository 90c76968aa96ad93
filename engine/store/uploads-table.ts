import type Database from 'better-sqlite3';
import { ALONE, type WriteTurn } from './write-turn.ts';

/**
 * The upload journal (spec: events, "What an acknowledgement promises"): `open` while bytes come in, `partial` when it can be resumed,
 * `publishing` between the client's close and the commit of the event, for a change in place, which no rename shows.
 */
export type UploadState = 'open' | 'partial' | 'publishing';

/** What start-up needs to know that a file under its final name is this upload's, and to record it then. */
export type UploadMark = {
  /** Decimal strings: inode numbers exceed 2^53 on some file systems. */
  readonly device: string;
  readonly inode: string;
  /** JSON of what the event says, see publish.ts. */
  readonly draft: string;
};

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
  /** As in UploadMark; null for a change in place that is under way, and a draft for partials. */
  readonly device: string | null;
  readonly inode: string | null;
  readonly draft: string | null;
  /** The virtual folder that it lies in; null for the account's own tree. */
  readonly folderId: number | null;
  /** 1: it takes the account's storage. */
  readonly inAccount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** A folder in which a process may have made hidden files whose rows were not written yet; their names begin with the prefix. */
export type UploadFolder = { readonly key: string; readonly prefix: string };

const COLUMNS = `id, state, account_id AS accountId, path, file_key AS fileKey, temporary, size, device, inode, draft,
  folder_id AS folderId, in_account AS inAccount, created_at AS createdAt, updated_at AS updatedAt`;

type NewRow = Pick<UploadRow, 'accountId' | 'path' | 'fileKey' | 'temporary' | 'device' | 'inode' | 'draft' | 'folderId' | 'inAccount'> & {
  at: number;
};

export function createUploadsTable(db: Database.Database, turn: WriteTurn = ALONE) {
  const insert = db.prepare<NewRow>(`
    INSERT INTO uploads (state, account_id, path, file_key, temporary, device, inode, draft, folder_id, in_account, created_at, updated_at)
    VALUES ('open', @accountId, @path, @fileKey, @temporary, @device, @inode, @draft, @folderId, @inAccount, @at, @at)`);
  const setPartial = db.prepare<[number, number, number]>(
    "UPDATE uploads SET state = 'partial', size = ?, updated_at = ?, draft = NULL WHERE id = ?",
  );
  const setMarked = db.prepare<[UploadState, string, string, string, number, number]>(
    'UPDATE uploads SET state = ?, device = ?, inode = ?, draft = ?, updated_at = ? WHERE id = ?',
  );
  const retarget = db.prepare<[string, string, string, number]>('UPDATE uploads SET path = ?, file_key = ?, temporary = ? WHERE id = ?');
  const moveBelow = db.prepare<{ from: string; to: string; fromPath: string; toPath: string; low: string; high: string }>(`
    UPDATE uploads SET file_key = @to || substr(file_key, length(@from) + 1), path = @toPath || substr(path, length(@fromPath) + 1)
    WHERE file_key >= @low AND file_key < @high`);
  const remove = db.prepare<[number]>('DELETE FROM uploads WHERE id = ?');
  const get = db.prepare<[number], UploadRow>(`SELECT ${COLUMNS} FROM uploads WHERE id = ?`);
  const all = db.prepare<[], UploadRow>(`SELECT ${COLUMNS} FROM uploads ORDER BY id`);
  const expect = db.prepare<[string, string]>('INSERT OR IGNORE INTO upload_folders (key, prefix) VALUES (?, ?)');
  const folders = db.prepare<[], UploadFolder>('SELECT key, prefix FROM upload_folders');
  const forgetFolder = db.prepare<[string, string]>('DELETE FROM upload_folders WHERE key = ? AND prefix = ?');
  const forgetFolders = db.prepare<[string]>('DELETE FROM upload_folders WHERE prefix = ?');
  return {
    /** Returns the row's id. `mark` is that of the hidden file; null for a change in place. */
    open: ({ mark, ...row }: Omit<NewRow, keyof UploadMark> & { mark: UploadMark | null }): number => {
      const values = { ...row, device: mark?.device ?? null, inode: mark?.inode ?? null, draft: mark?.draft ?? null };
      return Number(turn.hold(() => insert.run(values)).lastInsertRowid);
    },
    setPartial: (id: number, size: number, at: number): void => void setPartial.run(size, at, id),
    /** A partial that is being continued. */
    reopen: (id: number, mark: UploadMark, at: number): void => void setMarked.run('open', mark.device, mark.inode, mark.draft, at, id),
    setPublishing: (id: number, mark: UploadMark, at: number): void =>
      void setMarked.run('publishing', mark.device, mark.inode, mark.draft, at, id),
    retarget: (id: number, to: { path: string; fileKey: string; temporary: string }): void =>
      void retarget.run(to.path, to.fileKey, to.temporary, id),
    /** Partials in a folder that was renamed go on under its new name. Keys are real paths, paths virtual ones. */
    moveBelow: (from: { key: string; path: string }, to: { key: string; path: string }): void =>
      void moveBelow.run({ from: from.key, to: to.key, fromPath: from.path, toPath: to.path, low: `${from.key}/`, high: `${from.key}0` }),
    remove: (id: number): void => void remove.run(id),
    get: (id: number): UploadRow | undefined => get.get(id),
    /** Every row; for recovery at start and for expiry. */
    all: (): UploadRow[] => all.all(),
    expectIn: (folder: UploadFolder): void => void turn.hold(() => expect.run(folder.key, folder.prefix)),
    folders: (): UploadFolder[] => folders.all(),
    forgetFolder: (folder: UploadFolder): void => void forgetFolder.run(folder.key, folder.prefix),
    /** All those of one process. */
    forgetFolders: (prefix: string): void => void forgetFolders.run(prefix),
  };
}
