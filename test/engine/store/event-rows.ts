import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { createActivityFolder } from '../../../engine/store/activity-fold.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createEventsTable, type EventRow } from '../../../engine/store/events-table.ts';
import { createSessionsTable } from '../../../engine/store/sessions-table.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { attachTextIndex } from '../../../engine/store/text-index.ts';
import { createTextFeeder, type TextFeeder } from '../../../engine/store/text-index-feeder.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

/** An upload of nobody in particular, to be changed by each test. */
export const ROW: EventRow = {
  at: 0,
  type: 'OBJECT_INSERT',
  pollable: false,
  ip: null,
  schema: 'USER',
  objecttype: 'file',
  objectId: null,
  objectVersion: null,
  sessionId: null,
  userId: null,
  userName: null,
  displayName: null,
  protocol: null,
  client: null,
  path: null,
  targetPath: null,
  bytes: null,
  durationMs: null,
  outcome: 'ok',
  batchId: null,
  origin: 'client',
  causedBy: null,
  info: '{}',
};

/** A database in a temporary folder, closed when the test has finished. */
export function startStore(): Store {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

/** Inserts rows, in one transaction. */
export function fill(store: Store, rows: readonly Partial<EventRow>[]): void {
  store.transaction(() => rows.forEach((row) => store.tables.events.insert({ ...ROW, ...row }, null)));
}

export type TestLog = {
  readonly db: Database.Database;
  /** Inserts rows; their ids go on from the last one. */
  insert(rows: readonly Partial<EventRow>[]): void;
  /** A partner's session; returns its id. */
  session(accountId: number | null, at?: number): number;
  /** What the maintenance worker does a moment later. */
  fold(limit?: number): void;
  foldOnce(limit: number): void;
  /** The worker's half of the text index. */
  readonly texts: TextFeeder;
  /** Takes everything into the text index, which searches then use. */
  feed(limit?: number): void;
};

/** The tables of the log on one connection, without workers, so that a test decides when what is folded. */
export function startLog(): TestLog {
  const db = openDatabase(join(temporaryFolder(), 'gatehouse.db'));
  onTestFinished(() => void db.close());
  const events = createEventsTable(db);
  const sessions = createSessionsTable(db);
  const folder = createActivityFolder(db);
  const texts = createTextFeeder(db);
  onTestFinished(() => texts.close());
  return {
    db,
    texts,
    feed(limit = 1000) {
      while (texts.step(limit));
      attachTextIndex(db);
    },
    insert: db.transaction((rows: readonly Partial<EventRow>[]) => rows.forEach((row) => events.insert({ ...ROW, ...row }, null))),
    session: (accountId, at = 0) => sessions.open(accountId, at),
    foldOnce: (limit) => void folder.step(limit),
    fold(limit = 1000) {
      while (folder.step(limit));
    },
  };
}
