import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { AppError } from '../contract/errors.ts';
import { createAccountsTable } from './accounts-table.ts';
import { createAdminsTable } from './admins-table.ts';
import { createApiTokensTable } from './api-tokens-table.ts';
import { createAwaitedUploadsTable } from './awaited-uploads-table.ts';
import { createBansTable } from './bans-table.ts';
import { type Damage, isDamage, openDamage, readOnlyError } from './damage.ts';
import { type Durability, databaseError, openDamaged, openDatabase, setDurability } from './database.ts';
import { createEventDuesTable } from './event-dues-table.ts';
import { createEventsTable } from './events-table.ts';
import { createFetchCursorsTable } from './fetch-cursors-table.ts';
import { createFileMetadataTable } from './file-metadata-table.ts';
import { createFilesTable } from './files-table.ts';
import { createIpListsTable } from './ip-lists-table.ts';
import { createFoldersTable } from './folders-table.ts';
import { createGroupsTable } from './groups-table.ts';
import { startIntegrityCheck } from './integrity.ts';
import { NO_MAINTENANCE, startMaintenance } from './maintenance.ts';
import { createFlowsTable } from './flows-table.ts';
import { startReader } from './reader.ts';
import { type SnapshotRequest, snapshotDatabase } from './snapshot.ts';
import { createSecondFactorsTable } from './second-factors-table.ts';
import { createSecretsTable } from './secrets-table.ts';
import { createMetaTable } from './meta-table.ts';
import { createNoticesTable } from './notices-table.ts';
import { createPgpKeysTable } from './pgp-keys-table.ts';
import { createPreferencesTable } from './preferences-table.ts';
import { createRolesTable } from './roles-table.ts';
import { createRulesTable } from './rules-table.ts';
import { createRunsTable } from './runs-table.ts';
import { createSessionsTable } from './sessions-table.ts';
import { createSettingsTable } from './settings-table.ts';
import { createSetupDraftTable } from './setup-draft-table.ts';
import { createUploadsTable } from './uploads-table.ts';
import { createUsageTable } from './usage-table.ts';
import { createWriteTurn, newTurnMemory, type WriteTurn } from './write-turn.ts';
import { createWatchMarksTable } from './watch-marks-table.ts';

/**
 * The one database. `tables` are the engine thread's short prepared statements on the one writer connection; everything that may scan
 * goes to `reader`, a worker with a connection that can only read; `maintenance` is the worker for checkpoints, retention and hashing.
 */
export type Store = ReturnType<typeof openStore>;

/**
 * Opens gatehouse.db in the folder; a damaged one for reading only, where that is of use (`damage` says it). Throws the AppErrors of
 * openDatabase.
 */
export function openStore(dataFolder: string, durability: Durability = 'normal') {
  const file = join(dataFolder, 'gatehouse.db');
  const damage = openDamage(dataFolder);
  const db = openAsItIs(file, durability, damage);
  // Found while running: from here on nothing is written, whatever may still try to.
  damage.onFound(() => db.pragma('query_only = ON'));
  // By hand: better-sqlite3's own wrapper is made anew for every function that it is given.
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const turnMemory = newTurnMemory();
  const turn = createWriteTurn(turnMemory);
  const maintenance = damage.found() === null ? startMaintenance(file, turnMemory) : NO_MAINTENANCE;
  damage.onFound(() => maintenance.rest());
  const reader = startReader(file, {
    onDamagedTextIndex: () => maintenance.rebuildTextIndex(),
    onDamage: (finding) => damage.note(finding),
  });
  const integrity = damage.found() === null ? startIntegrityCheck(file, (finding) => damage.note(finding)) : null;
  const tables = createTables(db, turn);
  return {
    tables,
    reader,
    maintenance,
    damage,
    setDurability: (next: Durability): void => setDurability(db, next),
    /** A copy of the database in a file of its own; see snapshotDatabase. */
    snapshot: (request: Omit<SnapshotRequest, 'file'>, signal: AbortSignal): Promise<void> =>
      snapshotDatabase({ file, ...request }, signal),
    /**
     * Runs `work` in one immediate transaction: all of it is committed or, when it throws, none. Short and synchronous.
     * SQLite's errors come out as AppErrors.
     */
    transaction: <T>(work: () => T): T =>
      turn.hold(() => {
        // What needs no disk, such as the session of somebody who only reads, goes on.
        if (damage.found() !== null) return unwritten(work);
        try {
          begin.run();
          const value = work();
          commit.run();
          return value;
        } catch (error) {
          // SQLite itself rolls back when the disk is full.
          if (db.inTransaction) rollback.run();
          tables.usage.forget();
          tables.folderUsage.forget();
          tables.files.forget();
          if (isDamage(error)) damage.note(error.message);
          throw databaseError(error);
        }
      }),
    /** Ends the workers and closes the file; the write-ahead log is folded back into it. */
    async close(): Promise<void> {
      await Promise.all([reader.close(), maintenance.close(), integrity?.close()]);
      db.close();
    },
  };
}

function openAsItIs(file: string, durability: Durability, damage: Damage): Database.Database {
  try {
    return openDatabase(file, durability);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'database_damaged') throw error;
    const db = openDamaged(file);
    if (db === null) throw error;
    damage.note(error.cause instanceof Error ? error.cause.message : error.message);
    return db;
  }
}

function unwritten<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof AppError ? error : readOnlyError(error);
  }
}

function createTables(db: Database.Database, turn: WriteTurn) {
  return {
    accounts: createAccountsTable(db),
    admins: createAdminsTable(db),
    apiTokens: createApiTokensTable(db),
    bans: createBansTable(db),
    eventDues: createEventDuesTable(db),
    events: createEventsTable(db),
    fetchCursors: createFetchCursorsTable(db),
    fileMetadata: createFileMetadataTable(db),
    files: createFilesTable(db),
    ipLists: createIpListsTable(db),
    folders: createFoldersTable(db),
    groups: createGroupsTable(db),
    flows: createFlowsTable(db),
    meta: createMetaTable(db),
    notices: createNoticesTable(db),
    pgpKeys: createPgpKeysTable(db),
    preferences: createPreferencesTable(db),
    secondFactors: createSecondFactorsTable(db),
    secrets: createSecretsTable(db),
    roles: createRolesTable(db),
    rules: createRulesTable(db),
    runs: createRunsTable(db),
    sessions: createSessionsTable(db),
    settings: createSettingsTable(db),
    setupDraft: createSetupDraftTable(db),
    uploads: createUploadsTable(db, turn),
    awaitedUploads: createAwaitedUploadsTable(db),
    usage: createUsageTable(db, 'accounts'),
    folderUsage: createUsageTable(db, 'folders'),
    watchMarks: createWatchMarksTable(db),
  };
}
