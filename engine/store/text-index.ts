import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { prepared } from './prepared.ts';

/**
 * The full-text index, search.db beside the database. It only names candidates: each is compared with the words again, and what is not
 * indexed yet is compared alone. So an index that lags, or is not there at all, changes how long a search takes and never what it finds;
 * the file may be deleted at any time. It holds the trigrams of each event's text, which find parts of words too, without their places
 * and without the text itself.
 */

export const TEXT_INDEX_FILE = 'search.db';

/** Written into the file: another version, or the index of another log, is made anew. */
export const TEXT_INDEX_VERSION = 1;

export const TEXT_INDEX_SCHEMA = `
  CREATE VIRTUAL TABLE texts USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');
  CREATE TABLE state (version INTEGER NOT NULL, log_id TEXT NOT NULL, fed_to INTEGER NOT NULL) STRICT;`;

/** The columns that words are looked for in. */
export const TEXT_COLUMNS = ['type', 'path', 'target_path', 'user_name', 'display_name', 'ip', 'client', 'info'] as const;

/** Characters of `info` that words are looked for in: a whole mail may stand there. */
export const SEARCHED_INFO_CHARACTERS = 8192;

export function textIndexFile(db: Database.Database): string {
  return join(dirname(db.name), TEXT_INDEX_FILE);
}

/** Reading connections with the index at hand, by the identity of its file. */
const attached = new WeakMap<Database.Database, string>();

/** Makes the index usable for searches over a reading connection, where there is one. Not inside a transaction. */
export function attachTextIndex(db: Database.Database): void {
  const file = textIndexFile(db);
  const stat = statSync(file, { throwIfNoEntry: false });
  const identity = stat === undefined ? undefined : `${String(stat.dev)}:${String(stat.ino)}`;
  if (attached.get(db) === identity) return;
  detachTextIndex(db);
  if (identity === undefined) return;
  try {
    db.prepare('ATTACH ? AS search').run(file);
    attached.set(db, identity);
  } catch {
    // Damaged, or being made at this moment: the search goes without it, and the next one looks again.
  }
}

/** Lets go of the index; searches then compare every event. */
export function detachTextIndex(db: Database.Database): void {
  if (attached.delete(db)) db.exec('DETACH search');
}

export function hasTextIndex(db: Database.Database): boolean {
  return attached.has(db);
}

/** Where the index helps a search. */
export type TextPlan = {
  /** Id of the last event in it; all up to there can be asked for. */
  readonly fedTo: number;
  /** The query of FTS5 that names the candidates. */
  readonly trigrams: string;
};

/** Null where the index cannot help: there is none, it is of another log, or no word has three characters. */
export function planTextSearch(db: Database.Database, text: string | undefined, logId: string): TextPlan | null {
  if (text === undefined || !hasTextIndex(db)) return null;
  const trigrams = trigramQuery(wordsOf(text));
  if (trigrams === '') return null;
  try {
    const state = prepared<[], { version: number; log_id: string; fed_to: number }>(
      db,
      'SELECT version, log_id, fed_to FROM search.state',
    ).get();
    if (state?.version !== TEXT_INDEX_VERSION || state.log_id !== logId) return null;
    return { fedTo: state.fed_to, trigrams };
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR') return null; // It has no tables yet.
    throw error;
  }
}

/**
 * Ids of events between `low` and `high` that may hold the words, in their order and as they are asked for: finding the place to begin
 * costs a look through the lists of all trigrams, going on costs nearly nothing.
 */
export function candidates(db: Database.Database, trigrams: string, [low, high]: readonly [number, number], ascending: boolean) {
  const order = ascending ? 'ASC' : 'DESC';
  const sql = `SELECT rowid AS id FROM search.texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid ${order}`;
  return prepared<[string, number, number], { id: number }>(db, sql).iterate(trigrams, low, high);
}

/** The words of a search. SQLite's texts end at a NUL, so one parts words too. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s\0]+/u).filter((word) => word !== '');
}

/** All trigrams of the words as an FTS5 query; empty for words that are too short. */
function trigramQuery(words: readonly string[]): string {
  const found = new Set<string>();
  for (const word of words) {
    const characters = Array.from(word);
    for (let at = 0; at + 3 <= characters.length; at++) found.add(characters.slice(at, at + 3).join(''));
  }
  return [...found].map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ');
}
