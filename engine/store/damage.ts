import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../contract/errors.ts';

/**
 * Damage of the database. While there is any, nothing is written to it: consoles and partners may read, whatever would change something is
 * refused, events wait in memory.
 */
export type Damage = {
  /** What was found, as SQLite says it; null while nothing was. */
  found(): string | null;
  /** Notes a finding, also for the next start. Only the first one is told. */
  note(finding: string): void;
  /** Called at the first finding. */
  onFound(listener: () => void): void;
  /** Throws `database_damaged`, in words that partners may read, when there is damage. */
  refuse(): void;
};

/** A finding that outlives the process: the next start looks at every page before it writes one. */
const NOTE_FILE = 'database-damage';

export function openDamage(dataFolder: string): Damage {
  const listeners: (() => void)[] = [];
  let finding: string | null = null;
  return {
    found: () => finding,
    note(next) {
      if (finding !== null) return;
      finding = next;
      try {
        writeFileSync(join(dataFolder, NOTE_FILE), `${next}\n`, { mode: 0o600 });
      } catch {
        // Without the note the next start may find it later; this run knows.
      }
      for (const listener of listeners) listener();
    },
    onFound: (listener) => void listeners.push(listener),
    refuse() {
      if (finding !== null) throw readOnlyError();
    },
  };
}

/** Whether an earlier run left a finding about the database of this folder. */
export function wasDamaged(dataFolder: string): boolean {
  try {
    return readFileSync(join(dataFolder, NOTE_FILE)).length > 0;
  } catch {
    return false;
  }
}

/** After a look at every page that found nothing: it was restored, or made anew. */
export function forgetDamage(dataFolder: string): void {
  rmSync(join(dataFolder, NOTE_FILE), { force: true });
}

export function readOnlyError(cause?: unknown): AppError {
  return new AppError(
    'database_damaged',
    'The database of this server is damaged: files can be fetched, but nothing can be stored or changed until the administrator has restored a backup.',
    { cause },
  );
}

/** Whether SQLite says that the file itself is wrong. */
export function isDamage(error: unknown): error is InstanceType<typeof Database.SqliteError> {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

/**
 * Tables that grow with the log. A start does not look at all of their pages, which takes seconds for each gigabyte; the integrity worker
 * does a moment later.
 */
const LARGE = new Set(['events', 'activity', 'transfer_totals', 'log_quarters', 'sessions', 'files', 'runs', 'run_steps', 'run_items']);

/** Tables whose loss decides nothing about who may do what. Any other one must be whole, or the database is of no use for reading either. */
const DISPENSABLE = new Set([
  ...LARGE,
  ...['notices', 'preferences', 'setup_draft', 'run_days', 'account_firsts', 'rule_versions', 'schedule_marks', 'event_dues'],
  ...['uploads', 'upload_folders', 'fetch_cursors'],
]);

/** Reads everything that must be whole to its last row. Throws what SQLite says of damage. */
export function readNeeded(db: Database.Database): void {
  for (const name of tableNames(db)) {
    if (DISPENSABLE.has(name)) continue;
    const rows = db.prepare(`SELECT * FROM "${name}"`).iterate();
    while (rows.next().done !== true);
  }
}

function tableNames(db: Database.Database): string[] {
  return db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
    .map(({ name }) => name);
}

/** What is wrong with the tables, one after the other; null when nothing is. `thorough`: with every index compared row by row. */
export function* checkTables(db: Database.Database, which: 'small' | 'all', thorough: boolean): Generator<string | null> {
  const names = tableNames(db).filter((name) => which === 'all' || !LARGE.has(name));
  for (const name of names) yield checkTable(db, name, thorough);
}

function checkTable(db: Database.Database, name: string, thorough: boolean): string | null {
  try {
    const answer = db.pragma(`${thorough ? 'integrity_check' : 'quick_check'}("${name}")`, { simple: true });
    return answer === 'ok' ? null : `${name}: ${String(answer).split('\n').slice(0, 3).join(' ')}`;
  } catch (error) {
    if (isDamage(error)) return `${name}: ${error.message}`;
    throw error;
  }
}
