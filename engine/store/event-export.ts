import type Database from 'better-sqlite3';
import { loginOf, type StoredEvent } from '../contract/event.ts';
import { csvLine } from '../lib/csv.ts';
import type { EventFilter } from './event-filter.ts';
import { searchEvents } from './event-search.ts';

export type ExportFormat = 'csv' | 'jsonl';

/** A piece of an export: whole lines, and where the next one begins. */
export type ExportPart = {
  readonly text: string;
  readonly count: number;
  /** As `before`, or `after` in ascending order; null at the end. */
  readonly cursor: number | null;
};

type Cell = string | number | boolean | null;

/** The columns of the CSV, in its order; what is an object in JSON is spread out, `info` is JSON text. */
const COLUMNS: Readonly<Record<string, (event: StoredEvent) => Cell>> = {
  _id: (event) => event._id,
  timestamp: (event) => event.timestamp,
  type: (event) => event.type,
  outcome: (event) => event.outcome,
  user_id: (event) => event._user?._id ?? null,
  user: (event) => event._user?._generated_displayname ?? null,
  login: loginOf,
  ipv4_address: (event) => event.ipv4_address,
  protocol: (event) => event.protocol,
  client: (event) => event.client,
  path: (event) => event.path,
  target_path: (event) => event.target_path,
  bytes: (event) => event.bytes,
  duration_ms: (event) => event.duration_ms,
  pollable: (event) => event.pollable,
  schema: (event) => event.schema,
  basetype: (event) => event.basetype,
  objecttype: (event) => event.objecttype,
  object_id: (event) => event.object_id,
  global_object_id: (event) => event.global_object_id,
  object_version: (event) => event.object_version,
  session_id: (event) => event._session?._id ?? null,
  session_token: (event) => event._session?.token ?? null,
  session_created: (event) => event._session?.created ?? null,
  session_expired: (event) => event._session?.expired ?? null,
  batch_id: (event) => event.batch_id,
  origin: (event) => event.origin,
  caused_by: (event) => event.caused_by,
  info: (event) => JSON.stringify(event.info),
};

/** The byte order mark, without which Excel takes UTF-8 for the machine's old code page, and the names of the columns. */
export const CSV_HEAD = `\uFEFF${csvLine(Object.keys(COLUMNS))}`;

/** The next lines, at most `limit`; made in the reader worker, so that an export of a million rows keeps nobody waiting. */
export function exportEvents(
  db: Database.Database,
  search: EventFilter & { readonly limit: number; readonly ascending?: boolean },
  format: ExportFormat,
): ExportPart {
  const { events, cursor } = searchEvents(db, search);
  const line = format === 'csv' ? toCsv : toJsonLine;
  return { text: events.map(line).join(''), count: events.length, cursor };
}

function toCsv(event: StoredEvent): string {
  return csvLine(Object.values(COLUMNS).map((cell) => cell(event)));
}

function toJsonLine(event: StoredEvent): string {
  return `${JSON.stringify(event)}\n`;
}
