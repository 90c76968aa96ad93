import type Database from 'better-sqlite3';

/** A virtual folder as it is kept; who has it stands with accounts and groups. `createdAt` in ms since the epoch. */
export type FolderRow = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly path: string;
  /** JSON of the server that it lies on, secrets as references; null for a folder of this machine. */
  readonly remote: string | null;
  readonly quotaBytes: number;
  readonly quotaFiles: number;
  readonly usedBytes: number;
  readonly usedFiles: number;
  readonly createdAt: number;
  readonly version: number;
};

/** What a person decides about it. */
export type FolderValues = Pick<FolderRow, 'name' | 'description' | 'path' | 'remote' | 'quotaBytes' | 'quotaFiles'>;

const COLUMNS = `id, name, description, path, remote, quota_bytes AS quotaBytes, quota_files AS quotaFiles, used_bytes AS usedBytes,
  used_files AS usedFiles, created_at AS createdAt, version`;

/** Virtual folders; names are unique whatever their case. */
export function createFoldersTable(db: Database.Database) {
  const insert = db.prepare<FolderValues & { readonly at: number }>(`
    INSERT INTO folders (name, description, path, remote, quota_bytes, quota_files, created_at, version)
    VALUES (@name, @description, @path, @remote, @quotaBytes, @quotaFiles, @at, 1)`);
  const update = db.prepare<FolderValues & { readonly id: number }>(`
    UPDATE folders SET name = @name, description = @description, path = @path, remote = @remote, quota_bytes = @quotaBytes, quota_files = @quotaFiles,
      version = version + 1
    WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM folders WHERE id = ?');
  const byName = db.prepare<[string], FolderRow>(`SELECT ${COLUMNS} FROM folders WHERE name = ?`);
  const all = db.prepare<[], FolderRow>(`SELECT ${COLUMNS} FROM folders ORDER BY name`);
  /** Since this process began. */
  let changes = 0;
  return {
    /** Returns the new id. */
    insert: (values: FolderValues, at: number): number => {
      changes++;
      return Number(insert.run({ ...values, at }).lastInsertRowid);
    },
    update: (id: number, values: FolderValues): void => {
      changes++;
      update.run({ ...values, id });
    },
    remove: (id: number): void => {
      changes++;
      remove.run(id);
    },
    /** Goes up with each change, so that what was found out about the folders can be kept until then. */
    changes: (): number => changes,
    /** Whether its path names the account, so that it is another folder for each; false for an unknown one. */
    isPersonal: (name: string): boolean => /%(username|role)%/.test(byName.get(name)?.path ?? ''),
    byName: (name: string): FolderRow | undefined => byName.get(name),
    all: (): FolderRow[] => all.all(),
  };
}
