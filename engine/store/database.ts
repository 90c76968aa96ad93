import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../contract/errors.ts';
import { checkTables, forgetDamage, isDamage, readNeeded, wasDamaged } from './damage.ts';
import { migrate, SCHEMA_VERSION } from './migrate.ts';

/** `f_type` of statfs(2) for file systems whose locks SQLite must not trust. */
const NETWORK_FILE_SYSTEMS = new Map<number, string>([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x564c, 'NCP'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'CephFS'],
  [0x5346414f, 'AFS'],
]);

export type Durability = 'normal' | 'strict';

/**
 * Opens (or creates) the one database read-write, checks it and migrates it. The caller owns the connection and closes it.
 * Throws `network_file_system`, `database_newer`, `database_damaged`, `folder_not_writable` or `no_space`.
 */
export function openDatabase(file: string, durability: Durability = 'normal'): Database.Database {
  refuseNetworkFileSystem(dirname(file));
  const isNew = !existsSync(file);
  let db: Database.Database | undefined;
  try {
    if (isNew) createPrivately(file);
    db = new Database(file);
    // Only effective before the first table exists, so both stand here and not in a migration.
    if (isNew) db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('secure_delete = FAST');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    db.pragma('cache_size = -16000');
    // The maintenance worker folds the log back every second; this is only for the day when it cannot: 1 GB of it.
    db.pragma('wal_autocheckpoint = 262144');
    setDurability(db, durability);
    checkIntegrity(db, dirname(file));
    migrate(db);
    const id = randomUUID();
    for (const key of ['log_id', 'exchange_id']) db.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)').run(key, id);
    return db;
  } catch (error) {
    db?.close();
    throw databaseError(error);
  }
}

/** A second connection that can only read; for the reader worker. */
export function openReadOnly(file: string): Database.Database {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  // The system caches the file too; what an export leafs through need not fill our memory.
  db.pragma('cache_size = -4000');
  return db;
}

/** `strict` syncs at every commit (FULL); `normal` survives kill -9, and a power cut with the last commits missing. */
export function setDurability(db: Database.Database, durability: Durability): void {
  db.pragma(`synchronous = ${durability === 'strict' ? 'FULL' : 'NORMAL'}`);
}

/** An error of SQLite in the words of the table; anything else unchanged. */
export function databaseError(error: unknown): unknown {
  if (isDamage(error)) return damagedError(error.message, error);
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') return new AppError('no_space', undefined, { cause: error });
  if (error.code === 'SQLITE_CANTOPEN' || error.code === 'SQLITE_READONLY' || error.code === 'SQLITE_PERM') {
    return new AppError(
      'folder_not_writable',
      'The database in the data folder cannot be opened for writing. Check the owner and permissions of the folder and of gatehouse.db.',
      {
        cause: error,
      },
    );
  }
  return error;
}

/** Whether the error says that nothing can be written now, as opposed to something being wrong with what was to be written. */
export function isUnwritable(error: unknown): boolean {
  if (error instanceof AppError) return ['no_space', 'folder_not_writable', 'database_damaged'].includes(error.code);
  return error instanceof Database.SqliteError && /^SQLITE_(IOERR|BUSY|FULL|READONLY|CANTOPEN)/.test(error.code);
}

/** Password hashes and names of partners are nobody else's business; SQLite's side files take the mode of the database. */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new AppError(
      'folder_not_writable',
      'The database cannot be made in the data folder. Check the owner and permissions of the folder.',
      { cause },
    );
  }
}

/** The tables without which nothing works; all of them after a run that found damage. Throws `database_damaged`. */
function checkIntegrity(db: Database.Database, dataFolder: string): void {
  const isSuspect = wasDamaged(dataFolder);
  for (const finding of checkTables(db, isSuspect ? 'all' : 'small', isSuspect)) if (finding !== null) throw damagedError(finding);
  if (isSuspect) forgetDamage(dataFolder);
}

function damagedError(finding: string, cause: unknown = new Error(finding)): AppError {
  return new AppError(
    'database_damaged',
    `The database gatehouse.db is damaged (${finding}) and was left as it is. Restore a backup (gatehouse restore FILE --replace), or move the file away to start anew.`,
    { cause },
  );
}

/**
 * Opens a damaged database for reading only; null where that is of no use: it is of an older schema, or something that decides who may do
 * what cannot be read to the last row.
 */
export function openDamaged(file: string): Database.Database | null {
  let db: Database.Database | undefined;
  try {
    db = openReadOnly(file);
    if (db.pragma('user_version', { simple: true }) !== SCHEMA_VERSION) throw new Error('of an older schema');
    readNeeded(db);
    return db;
  } catch {
    db?.close();
    return null; // The caller has the error that says what is wrong.
  }
}

/** The name of the network file system that statfs(2) calls `type`, or undefined for local ones. */
export function networkFileSystem(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0);
}

function refuseNetworkFileSystem(folder: string): void {
  const kind = networkFileSystem(statfsSync(folder).type);
  if (kind === undefined) return;
  throw new AppError(
    'network_file_system',
    `The data folder is on a network file system (${kind}), where the database can be damaged. Choose a folder on a local disk.`,
  );
}
