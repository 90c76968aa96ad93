import type Database from 'better-sqlite3';
import { OBJECT_CHANGES } from './events-table.ts';
import { prepared } from './prepared.ts';
import { SEARCHED_INFO_CHARACTERS, TEXT_COLUMNS, wordsOf } from './text-index.ts';

/** The filters of a search; each value is bound, never spliced. Times in ms since the epoch; ranges begin inclusive and end exclusive. */
export type EventFilter = {
  readonly types?: readonly string[];
  readonly schema?: 'BASE' | 'USER';
  readonly objecttype?: string;
  readonly objectId?: number;
  readonly userId?: number;
  /** Only what accounts of this role did, what was done to their records, and what the user of this id (null: nobody) did. */
  readonly seenBy?: RoleView;
  readonly username?: string;
  /** A part of the user's name, in any case. */
  readonly displayName?: string;
  readonly protocols?: readonly string[];
  readonly outcomes?: readonly string[];
  readonly ip?: string;
  /** SQLite GLOB over the virtual path, in which `*` also stands for slashes. */
  readonly path?: string;
  readonly direction?: 'upload' | 'download';
  /** Of the types that tell of files and of records alike only those of one kind. */
  readonly changesOf?: 'files' | 'records';
  readonly pollable?: boolean;
  readonly ruleId?: number;
  readonly sessionId?: number;
  /** As events show it: the hash. */
  readonly token?: string;
  readonly sessionCreatedFrom?: number;
  readonly sessionCreatedTo?: number;
  readonly sessionExpiredFrom?: number;
  readonly sessionExpiredTo?: number;
  /** Words; each must occur somewhere. */
  readonly text?: string;
  /** Ranges of ids, both ends inclusive. */
  readonly ids?: readonly IdRange[];
  readonly from?: number;
  readonly to?: number;
  readonly before?: number;
  readonly after?: number;
};

/** Whose events somebody with a role sees; `sees` in engine/rpc/role-scope.ts says the same of an event that is at hand. */
export type RoleView = { readonly role: string; readonly userId: number | null };

export type IdRange = readonly [low: number, high: number];

/**
 * The filters that an index answers in time that depends on the page, not on the log (test/engine/store proves it by EXPLAIN). All others
 * are looked for row by row within the time budget. Each index is paid for by every event that it holds: the partial ones hold no upload.
 */
export const INDEXED_FILTERS: readonly { readonly filter: EventFilter; readonly index: string }[] = [
  { filter: { types: ['LOGIN_FAILED'] }, index: 'events_type' },
  { filter: { types: ['USER_LOGIN', 'USER_LOGOUT'] }, index: 'events_type' },
  { filter: { username: 'acme' }, index: 'events_user' },
  { filter: { sessionId: 7 }, index: 'events_session' },
  { filter: { token: 'ab12' }, index: 'events_session' },
  { filter: { outcomes: ['failed'] }, index: 'events_outcome' },
  { filter: { outcomes: ['failed', 'denied'] }, index: 'events_outcome' },
  { filter: { pollable: true }, index: 'events_pollable' },
  { filter: { ruleId: 3 }, index: 'events_record' },
  { filter: { schema: 'BASE', objecttype: 'user', objectId: 4 }, index: 'events_record' },
];

export type Conditions = { readonly where: readonly string[]; readonly parameters: Readonly<Record<string, string | number>> };

/** Everything of the filter but what `idRanges` says, as terms for AND. Terms with a constant let a partial index be used. */
export function conditions(filter: EventFilter): Conditions {
  const where: string[] = [];
  const parameters: Record<string, string | number> = {};
  const add = (condition: string, values: Record<string, string | number> = {}): void => {
    where.push(condition);
    Object.assign(parameters, values);
  };
  const oneOf = (column: string, name: string, values: readonly string[]): void => {
    const bound = Object.fromEntries(values.map((value, index) => [`${name}${String(index)}`, value]));
    const names = Object.keys(bound).map((key) => `@${key}`);
    add(names.length === 1 ? `${column} = ${names.join('')}` : `${column} IN (${names.join(', ')})`, bound);
  };
  const { types, outcomes, protocols, ruleId, pollable, direction, changesOf } = filter;
  if (types !== undefined) oneOf('events.type', 'type', types);
  if (outcomes !== undefined) {
    oneOf('events.outcome', 'outcome', outcomes);
    if (!outcomes.includes('ok')) add("events.outcome <> 'ok'");
  }
  if (protocols !== undefined) oneOf('events.protocol', 'protocol', protocols);
  if (ruleId !== undefined) add("events.schema = 'BASE' AND events.objecttype = 'rule' AND events.object_id = @ruleId", { ruleId });
  if (filter.schema !== undefined) add(filter.schema === 'BASE' ? "events.schema = 'BASE'" : "events.schema = 'USER'");
  if (pollable !== undefined) add(pollable ? 'events.pollable = 1' : 'events.pollable = 0');
  if (changesOf !== undefined) add(`(events.type NOT IN (${CHANGES}) OR events.schema IS ${changesOf === 'files' ? 'NOT ' : ''}'BASE')`);
  if (direction !== undefined) add(`(${DIRECTIONS[direction]})`);
  for (const [name, condition] of COMPARISONS) {
    const value = filter[name];
    if (value !== undefined) add(condition, { [name]: value });
  }
  if (filter.seenBy !== undefined) add(SEEN_BY_ROLE, { seenByRole: filter.seenBy.role, seenByUser: filter.seenBy.userId ?? NOBODY });
  if (filter.displayName !== undefined)
    add(`coalesce(events.display_name, events.user_name) LIKE @displayName ESCAPE '\\'`, { displayName: containing(filter.displayName) });
  if (filter.text !== undefined) addText(filter.text, add);
  return { where, parameters };
}

const COMPARISONS = [
  ['objecttype', 'events.objecttype = @objecttype'],
  ['objectId', 'events.object_id = @objectId'],
  ['userId', 'events.user_id = @userId'],
  ['username', 'events.user_name = @username'],
  ['ip', 'events.ip = @ip'],
  ['path', 'events.path GLOB @path'],
  ['sessionId', 'events.session_id = @sessionId'],
  ['token', 'events.session_id IN (SELECT id FROM sessions WHERE token_hash = @token)'],
  ['sessionCreatedFrom', 'sessions.created_at >= @sessionCreatedFrom'],
  ['sessionCreatedTo', 'sessions.created_at < @sessionCreatedTo'],
  ['sessionExpiredFrom', 'sessions.ended_at >= @sessionExpiredFrom'],
  ['sessionExpiredTo', 'sessions.ended_at < @sessionExpiredTo'],
  ['from', 'events.at >= @from'],
  ['to', 'events.at < @to'],
] as const satisfies readonly (readonly [keyof EventFilter, string])[];

/** Neither an account nor an administrator has it, nor the system (0). */
const NOBODY = Number.MIN_SAFE_INTEGER;
const OF_ROLE = '(SELECT id FROM accounts WHERE role = @seenByRole)';
const SEEN_BY_ROLE = `(events.user_id IN ${OF_ROLE} OR events.user_id = @seenByUser
  OR (events.schema = 'BASE' AND events.objecttype = 'user' AND events.object_id IN ${OF_ROLE}))`;

const CHANGES = OBJECT_CHANGES.map((type) => `'${type}'`).join(', ');
const OPERATION = "json_extract(events.info, '$.operation')";
const FAILED_DIRECTION = "json_extract(events.info, '$.direction')";
const DIRECTIONS = {
  upload: `(events.type IN ('OBJECT_INSERT', 'OBJECT_UPDATE') AND ${OPERATION} IN ('upload', 'overwrite', 'append'))
    OR (events.type = 'TRANSFER_FAILED' AND ${FAILED_DIRECTION} = 'upload')`,
  download: `events.type IN ('ASSET_DOWNLOAD', 'ASSET_EXPORT_DOWNLOAD', 'ASSET_EXPORT_TRANSPORT_DOWNLOAD', 'DOWNLOAD_EXPORT')
    OR (events.type = 'TRANSFER_FAILED' AND ${FAILED_DIRECTION} = 'download')`,
} as const;

const SEARCHED = TEXT_COLUMNS.map((column) =>
  column === 'info' ? `substr(events.info, 1, ${String(SEARCHED_INFO_CHARACTERS)})` : `events.${column}`,
);

/** Each word must occur in some column, in any case (of ASCII). The text index only says which events to look at (text-index.ts). */
function addText(text: string, add: (condition: string, values: Record<string, string>) => void): void {
  wordsOf(text).forEach((word, index) => {
    const name = `word${String(index)}`;
    add(`(${SEARCHED.map((column) => `${column} LIKE @${name} ESCAPE '\\'`).join(' OR ')})`, { [name]: containing(word) });
  });
}

function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** Length of a quarter of an hour, the unit in which the log is folded: every time zone in use begins its days on one. */
export const QUARTER_MS = 900_000;

/**
 * The ids between which the filter can hold at all, ascending and without overlap: dates become ids by `log_quarters`, so that a search in
 * the past begins there. What is not folded yet is always looked at.
 */
export function idRanges(db: Database.Database, filter: EventFilter, log: { oldestId: number; newestId: number }): IdRange[] {
  const low = Math.max(log.oldestId, (filter.after ?? 0) + 1);
  const high = Math.min(log.newestId, (filter.before ?? Number.MAX_SAFE_INTEGER) - 1);
  let ranges: IdRange[] = [[low, high]];
  if (filter.ids !== undefined) ranges = intersect(ranges, joined(filter.ids));
  if (filter.from !== undefined || filter.to !== undefined) ranges = intersect(ranges, dateRanges(db, filter));
  return ranges;
}

function dateRanges(db: Database.Database, filter: EventFilter): IdRange[] {
  const foldedTo = readFoldedTo(db);
  const unfolded: IdRange = [foldedTo + 1, Number.MAX_SAFE_INTEGER];
  const found = prepared<[number, number], { low: number | null; high: number | null }>(
    db,
    'SELECT min(first_id) AS low, max(last_id) AS high FROM log_quarters WHERE quarter >= ? AND quarter <= ?',
  ).get(quarterOf(filter.from ?? 0), quarterOf(filter.to ?? Number.MAX_SAFE_INTEGER));
  if (found === undefined || found.low === null || found.high === null) return [unfolded];
  return joined([[found.low, found.high], unfolded]);
}

export function quarterOf(at: number): number {
  return Math.floor(at / QUARTER_MS);
}

/** Id of the last event that is in the folded tables. */
export function readFoldedTo(db: Database.Database): number {
  return Number(prepared<[], { value: string }>(db, "SELECT value FROM meta WHERE key = 'folded_to'").get()?.value ?? 0);
}

function joined(ranges: readonly IdRange[]): IdRange[] {
  const result: IdRange[] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && low <= last[1] + 1) result[result.length - 1] = [last[0], Math.max(last[1], high)];
    else result.push([low, high]);
  }
  return result;
}

function intersect(some: readonly IdRange[], others: readonly IdRange[]): IdRange[] {
  return some.flatMap(([low, high]) =>
    others.map(([from, to]): IdRange => [Math.max(low, from), Math.min(high, to)]).filter(([from, to]) => from <= to),
  );
}
