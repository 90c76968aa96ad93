import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { isDamage } from './damage.ts';
import { createEventDuesTable } from './event-dues-table.ts';
import { readLogState } from './events-table.ts';
import { type InfoKeys, withoutAddresses, withoutPersonalData } from './personal-data.ts';
import { SEARCHED_INFO_CHARACTERS, TEXT_INDEX_SCHEMA, TEXT_INDEX_VERSION, textIndexFile } from './text-index.ts';

/** The maintenance worker's half of the text index: it follows the log, in transactions of the index's own file. */
export type TextFeeder = {
  /** Takes in the next events, at most `limit`; returns whether there are more. */
  step(limit: number): boolean;
  /** Takes out events of these ids. */
  remove(ids: readonly number[]): void;
  /** Puts the texts of these events in anew, without addresses, also those in these keys of their `info`. */
  refeedWithoutAddresses(ids: readonly number[], addressInfo: InfoKeys): void;
  /** Throws the index away and begins anew with the next step. */
  rebuild(): void;
  close(): void;
};

type TextRow = {
  readonly id: number;
  readonly type: string;
  readonly path: string | null;
  readonly targetPath: string | null;
  readonly userName: string | null;
  readonly ip: string | null;
  readonly client: string | null;
  readonly schema: string | null;
  readonly objecttype: string | null;
  readonly objectId: null;
  readonly sessionId: null;
  readonly userId: null;
  readonly displayName: string | null;
  readonly batchId: null;
  readonly info: string;
};

const SELECT_TEXTS = `
  SELECT id, type, path, target_path AS targetPath, user_name AS userName, display_name AS displayName, ip, client, schema, objecttype,
    NULL AS objectId, NULL AS sessionId, NULL AS userId, NULL AS batchId, info
  FROM events`;

/** `db` is the worker's connection to the log, from which only is read here. Damage of the index is mended by making it anew. */
export function createTextFeeder(db: Database.Database): TextFeeder {
  const file = textIndexFile(db);
  const newer = db.prepare<[number, number], TextRow>(`${SELECT_TEXTS} WHERE id > ? ORDER BY id LIMIT ?`);
  const these = db.prepare<[string], TextRow>(`${SELECT_TEXTS} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`);
  const dues = createEventDuesTable(db);
  let opened: Index | undefined;

  function rebuild(): void {
    opened?.db.close();
    opened = undefined;
    removeFiles(file);
  }

  /** Runs the work on the index, which is thrown away where it turns out to be damaged: the next step makes a new one. */
  function withIndex(work: (index: Index) => void): void {
    try {
      opened ??= prepare(openIndex(file, readLogState(db).logId));
      work(opened);
    } catch (error) {
      if (!isDamage(error)) throw error;
      rebuild();
    }
  }

  /** Rows as they will be kept, without those that are to be removed. */
  function asKept(rows: readonly TextRow[]): TextRow[] {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return [];
    const due = new Map(dues.between(first.id, last.id).map((one) => [one.eventId, one]));
    if (due.size === 0) return [...rows];
    return rows.flatMap((row) => {
      const own = due.get(row.id);
      if (own === undefined) return [row];
      return own.removal ? [] : [withoutPersonalData(row, own.personalInfo)];
    });
  }

  return {
    step(limit) {
      let more = false;
      withIndex((index) => {
        const rows = newer.all(index.fedTo(), limit);
        const last = rows.at(-1);
        if (last === undefined) return;
        const kept = asKept(rows);
        index.write(() => {
          for (const row of kept) index.add(row.id, textOf(row));
          index.setFedTo(last.id);
        });
        more = rows.length === limit;
      });
      return more;
    },
    remove(ids) {
      withIndex((index) => {
        const fedTo = index.fedTo();
        index.write(() => ids.forEach((id) => id <= fedTo && index.remove(id)));
      });
    },
    refeedWithoutAddresses(ids, addressInfo) {
      withIndex((index) => {
        const fedTo = index.fedTo();
        const rows = asKept(these.all(JSON.stringify(ids.filter((id) => id <= fedTo))));
        index.write(() =>
          rows.forEach((row) => index.replace(row.id, textOf({ ...row, ip: null, info: withoutAddresses(row.info, addressInfo) }))),
        );
      });
    },
    rebuild,
    close: () => void opened?.db.close(),
  };
}

/** Opens or makes the index of this log; throws what SQLite says of a damaged file. */
function openIndex(file: string, logId: string): Database.Database {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('busy_timeout = 5000');
    const hasTables = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'state'").get() !== undefined;
    const state = hasTables ? db.prepare<[], { version: number; log_id: string }>('SELECT version, log_id FROM state').get() : undefined;
    if (state?.version === TEXT_INDEX_VERSION && state.log_id === logId) return db;
    db.transaction(() => {
      db.exec(`DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS state; ${TEXT_INDEX_SCHEMA}`);
      db.prepare('INSERT INTO state (version, log_id, fed_to) VALUES (?, ?, 0)').run(TEXT_INDEX_VERSION, logId);
    }).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

type Index = ReturnType<typeof prepare>;

function prepare(db: Database.Database) {
  const fedTo = db.prepare<[], { id: number }>('SELECT fed_to AS id FROM state');
  const setFedTo = db.prepare<[number]>('UPDATE state SET fed_to = ?');
  const add = db.prepare<[number, string]>('INSERT INTO texts (rowid, text) VALUES (?, ?)');
  const replace = db.prepare<[number, string]>('INSERT OR REPLACE INTO texts (rowid, text) VALUES (?, ?)');
  const remove = db.prepare<[number]>('DELETE FROM texts WHERE rowid = ?');
  return {
    db,
    fedTo: (): number => fedTo.get()?.id ?? 0,
    setFedTo: (id: number): void => void setFedTo.run(id),
    add: (id: number, text: string): void => void add.run(id, text),
    replace: (id: number, text: string): void => void replace.run(id, text),
    remove: (id: number): void => void remove.run(id),
    write: (work: () => void): void => db.transaction(work).immediate(),
  };
}

function textOf(row: TextRow): string {
  const { type, path, targetPath, userName, displayName, ip, client, info } = row;
  // SQLite counts characters, JavaScript halves of some of them: rather too much than too little.
  const searchedInfo = info.slice(0, 2 * SEARCHED_INFO_CHARACTERS);
  // No word holds a line feed, so none is found across two columns.
  return [type, path, targetPath, userName, displayName, ip, client, searchedInfo].filter((part) => part !== null).join('\n');
}

function removeFiles(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
