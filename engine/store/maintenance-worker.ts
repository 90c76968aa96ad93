import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { createActivityFolder } from './activity-fold.ts';
import type { MaintenanceData, MaintenanceRequest } from './maintenance.ts';
import { type Chunk, retentionChunks } from './retention.ts';
import type { RetentionPlan } from './retention-plan.ts';
import { createDuesSettler } from './dues-settler.ts';
import { createTextFeeder } from './text-index-feeder.ts';
import { createWriteTurn } from './write-turn.ts';

/** The maintenance worker: one thing at a time. A chunk holds the write lock for at most a few ms, then leaves the writer a pause. */
const { file, turn: turnMemory } = workerData as MaintenanceData;
const turn = createWriteTurn(turnMemory);
const db = new Database(file, { fileMustExist: true });
db.pragma('busy_timeout = 5000');
db.pragma('synchronous = NORMAL');
// Within a chunk it would sync the disk while others wait; see checkpoint().
db.pragma('wal_autocheckpoint = 0');

/** A chunk's pages are written to the log in its commit, which the clock does not see: hundreds of rows make thousands of pages. */
const CHUNK = { rows: 100, ms: 3 };
const PAUSE_MS = 5;
/** Events of one step: read without a lock, then written in less than a ms where they belong to a few sessions. */
const FOLD_ROWS = 500;
const FOLD_STEPS = 4;
/** A transaction in a file of its own, where nobody waits for it; few large ones leave fewer pieces to be merged. */
const FEED_ROWS = 2000;
const DUES_ROWS = 100;
const FOLLOW_EVERY_MS = 500;
/** Often, so that the write-ahead log stays short and the engine's thread never has to fold it back itself. */
const CHECKPOINT_EVERY_MS = 1000;
const CHECKPOINT_ROUNDS = 4;
const LONG_WAL_PAGES = 4096;
const LONGEST_WAL_PAGES = 16_384;

const activity = createActivityFolder(db, turn);
const texts = createTextFeeder(db);
const settleDues = createDuesSettler(db, texts, turn);
let plan: RetentionPlan | undefined;
let pass: { readonly chunks: Generator<Chunk>; chunk: Chunk | undefined } | undefined;
/** Asked for since the last round began. */
let settling: number[] = [];
/** Whether the write-ahead log has grown far because a reader keeps it from being folded back. */
let isLogHeld = false;
let wake = new AbortController();
let isEnding = false;

parentPort?.on('message', (request: MaintenanceRequest) => {
  if (request.kind === 'retain') plan = request.plan;
  if (request.kind === 'settle') settling.push(request.id);
  if (request.kind === 'rebuild') attempt(() => texts.rebuild());
  if (request.kind === 'end') isEnding = true;
  wake.abort();
});

const checkpoints = setInterval(() => attempt(checkpoint), CHECKPOINT_EVERY_MS);
void work();

/** Until it is asked to end; the thread ends with it, since nothing is left to wait for. */
async function work(): Promise<void> {
  while (!isEnding) {
    const asked = settling;
    settling = [];
    let folding = true;
    for (let step = 0; step < FOLD_STEPS && folding; step++) folding = attempt(() => activity.step(FOLD_ROWS));
    const feeding = attempt(() => texts.step(FEED_ROWS));
    const dues = attempt(() => settleDues(DUES_ROWS));
    const retaining = attempt(retain);
    const isBusy = folding || feeding || dues || retaining;
    if (isBusy) settling.push(...asked);
    else for (const id of asked) parentPort?.postMessage(id);
    await rest(isBusy ? PAUSE_MS : FOLLOW_EVERY_MS, isBusy);
  }
  clearInterval(checkpoints);
  texts.close();
  db.close();
  parentPort?.close();
}

/** A full disk or a long lock: everything stays where it is, and a later round takes it up. */
function attempt(step: () => unknown): boolean {
  try {
    return step() === true;
  } catch {
    return false;
  }
}

/**
 * Folds the write-ahead log back. Once all of it stands in the database file, the next writer begins it anew; while somebody always writes,
 * that takes some rounds, each with less to copy than the one before. SQLite syncs the database file when a round has come to the log's end,
 * which can take long on a busy disk, and here nobody waits for it. Only a log that has grown far takes the write lock for its last pages,
 * and gives up at once where a reader is in the way.
 */
function checkpoint(): void {
  let state = foldBack();
  for (let round = 1; round < CHECKPOINT_ROUNDS && state.log >= LONG_WAL_PAGES; round++) state = foldBack();
  const isLong = state.log >= LONGEST_WAL_PAGES;
  // One that is folded back whole stays long until somebody writes.
  isLogHeld = isLong && state.checkpointed < state.log;
  if (!isLong || isLogHeld) return;
  db.pragma('busy_timeout = 5');
  try {
    turn.hold(() => db.pragma('wal_checkpoint(RESTART)'));
  } finally {
    db.pragma('busy_timeout = 5000');
  }
}

/** Pages in the write-ahead log, and how many of them stand in the database file. */
function foldBack(): { readonly log: number; readonly checkpointed: number } {
  const [state] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
  return state ?? { log: 0, checkpointed: 0 };
}

/** One chunk of the pass that is on, or of the next one; returns whether there is more. */
function retain(): boolean {
  if (pass === undefined) {
    if (plan === undefined) return false;
    pass = { chunks: retentionChunks(db, texts, plan, turn), chunk: undefined };
    plan = undefined;
  }
  if (pass.chunk === undefined) {
    const next = pass.chunks.next();
    if (next.done === true) {
      pass = undefined;
      return plan !== undefined;
    }
    pass.chunk = next.value;
  }
  // It has time, and would let the log grow to what takes everybody a second to sync.
  if (isLogHeld) return true;
  const { chunk } = pass;
  pass.chunk = undefined;
  if (chunk(CHUNK)) pass.chunk = chunk;
  return true;
}

/** Rests for `ms`; a request ends a long rest. */
async function rest(ms: number, isShort: boolean): Promise<void> {
  wake = new AbortController();
  if (isEnding || (settling.length > 0 && !isShort)) return;
  await pause(ms, undefined, isShort ? {} : { signal: wake.signal }).catch(() => undefined);
}
