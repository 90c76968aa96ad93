import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { z } from 'zod';
import type { EventGroup } from '../../../engine/contract/define.ts';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { EVENTS, type EventType } from '../../../engine/events/catalog.ts';
import { operationAsKept, retentionPlan } from '../../../engine/events/keeping.ts';
import { createEventLog, type EventDraft, SYSTEM } from '../../../engine/events/log.ts';
import { createLogger, silentSink } from '../../../engine/lib/log.ts';
import { openStore } from '../../../engine/store/index.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { testClock } from '../../helpers/vfs.ts';

const NAME = 'qxzanna';
const SHOWN = 'Qxz Anna';
const ADDRESSES = ['203.0.113.77', '2001:db8:77::9'];
const TYPES = Object.keys(EVENTS) as EventType[];
const GROUPS = Object.keys(settingsSchema.parse({}).log.groups) as EventGroup[];

/** Texts of `info` that the program words itself, or that name files and rules: nobody's name and no address stands in them. */
const PLAIN = new Set(
  `SERVER_START.version SERVER_START.listeners SERVER_SHUTDOWN.version USER_LOGIN.protocol USER_LOGIN.method USER_LOGOUT.protocol
  USER_LOGOUT.reason LOGIN_FAILED.method LOGIN_FAILED.reason ASSET_DOWNLOAD.version ASSET_DOWNLOAD.folder TRANSFER_FAILED.reason
  TRANSFER_FAILED.folder OBJECT_INSERT.folder OBJECT_UPDATE.folder OBJECT_DELETE.folder RESOURCE_NOT_AVAILABLE.schema RESOURCE_NOT_AVAILABLE.type
  RESOURCE_NOT_AVAILABLE.id RESOURCE_NOT_AVAILABLE.folder BASE_CONFIG_UPDATE.sections EMAIL_SENT.type RULE_RUN.rule RULE_RUN.outcome
  RULE_RUN.action ACTION_RUN.rule ACTION_RUN.outcome ACTION_RUN.action ASSET_EXPORT_DOWNLOAD.version ASSET_EXPORT_TRANSPORT_DOWNLOAD.version
  ASSET_EXPORT_TRANSPORT_COPY.version ASSET_EXPORT_TRANSPORT_COPY.folder ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED.version
  ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED.folder DOWNLOAD_EXPORT.asset_id DOWNLOAD_EXPORT.asset_version DOWNLOAD_EXPORT.url EXPORT_INSERT.state
  EXPORT_UPDATE.state EXPORT_START.state EXPORT_STOPPED.state EXPORT_STOPPED.protocol EXPORT_FINISH.state EXPORT_FINISH.protocol
  EXPORT_FINISH.exception EXPORT_FAILED.state EXPORT_FAILED.protocol EXPORT_FAILED.exception COLLECTION_OWNER_RIGHTS_ERROR.items SHARE.url
  USER_ACCEPTED_MESSAGE.method IP_BLOCKED.until SSH_COMMAND.command SITE_COMMAND.command API_CALL.method API_PROGRESS.uuid API_PROGRESS.status
  API_PROGRESS.progress_info API_PROGRESS.progress_info_parametes PROBLEM.id PROBLEM.message CERTIFICATE.domains CERTIFICATE.expires
  CERTIFICATE.error QUOTA_WARNING.folder FILE_OVERDUE.due LOG_GAP.from LOG_GAP.to LOG_GAP.reason`.split(/\s+/),
);

/** Texts that are an address, or hold one in a way of their own. */
const OWN: Record<string, string> = {
  'SESSION_INVALID.token': NAME,
  'IP_BLOCKED.network': ADDRESSES[1] ?? '',
  'IP_UNBLOCKED.network': `${ADDRESSES[0]}/32`,
  'API_CALL.url': `/api/event?username=${NAME}&ip=${encodeURIComponent(ADDRESSES[1] ?? '')}&limit=3`,
};

const marked = `${NAME} from ${ADDRESSES.join(', ')}.`;

type Def = {
  readonly type: string;
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
  readonly valueType: z.core.$ZodType;
  readonly element: z.core.$ZodType;
  readonly innerType: z.core.$ZodType;
  readonly options: readonly z.core.$ZodType[];
  readonly values: readonly unknown[];
  readonly entries: object;
};

/** Any value that the schema accepts, with the text wherever one may stand. */
function valueOf(schema: z.core.$ZodType, text: string): unknown {
  const def = defOf(schema);
  switch (def.type) {
    case 'object':
      return Object.fromEntries(Object.entries(def.shape).map(([key, one]) => [key, valueOf(one, text)]));
    case 'record':
      return { key: valueOf(def.valueType, text) };
    case 'array':
      return [valueOf(def.element, text)];
    case 'optional':
    case 'nullable':
    case 'default':
      return valueOf(def.innerType, text);
    case 'lazy':
      return { inside: [text, 7] };
    case 'union':
      return valueOf(def.options[0] ?? schema, text);
    case 'string':
      return text;
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'literal':
      return def.values[0];
    case 'enum':
      return Object.values(def.entries)[0];
    default:
      throw new Error(`There is no value for a ${def.type} yet.`);
  }
}

/** What zod keeps of a schema; each kind has some of it. */
function defOf(schema: z.core.$ZodType): Def {
  return schema._zod.def as unknown as Def;
}

function infoOf(type: EventType): never {
  const info = valueOf(EVENTS[type].info, marked) as Record<string, unknown>;
  const { shape } = defOf(EVENTS[type].info);
  for (const key of Object.keys(info)) {
    const name = `${type}.${key}`;
    if (PLAIN.has(name) && shape[key] !== undefined) info[key] = valueOf(shape[key], 'plain words');
    if (OWN[name] !== undefined) info[key] = OWN[name];
  }
  return info as never;
}

function draftOf(type: EventType, sessionId: number, batchId: number): EventDraft {
  const actor = {
    ...SYSTEM,
    sessionId,
    userId: 4711,
    userName: NAME,
    displayName: SHOWN,
    ip: ADDRESSES[0] ?? null,
    origin: 'client',
  } as const;
  const object = EVENTS[type].schema === 'BOTH' ? ({ object: { schema: 'BASE', type: 'user' } } as const) : {};
  return { type, info: infoOf(type), actor, batchId, objectId: 4711, ...object };
}

function start(log: object) {
  const folder = temporaryFolder();
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const clock = testClock();
  const settings = settingsSchema.parse({ log }).log;
  const events = createEventLog({ store, clock, log: createLogger(silentSink, 'test'), settings: () => settings });
  const sessionId = store.transaction(() => store.tables.sessions.open(4711, clock.now()));
  const open = (file: string) => {
    const db = new Database(join(folder, file), { readonly: true });
    onTestFinished(() => void db.close());
    return db;
  };
  /** Types of the events, or names of the tables, in which something like this is left. */
  async function left(words: readonly string[]): Promise<string[]> {
    await store.maintenance.settled();
    const db = open('gatehouse.db');
    const typeOf = new Map(
      (db.prepare('SELECT id, type FROM events').all() as { id: number; type: string }[]).map(({ id, type }) => [id, type]),
    );
    const holds = (row: object): boolean => words.some((word) => Object.values(row).some((value) => String(value).includes(word)));
    const inRows = (db.prepare('SELECT * FROM events').all() as { type: string }[]).filter(holds).map(({ type }) => type);
    const tables = ['runs', 'run_steps', 'activity', 'transfer_totals', 'event_dues', 'meta'];
    const inTables = tables.filter((name) => (db.prepare(`SELECT * FROM ${name}`).all() as object[]).some(holds));
    const index = open('search.db').prepare<[string], { rowid: number }>('SELECT rowid FROM texts WHERE texts MATCH ?');
    const trigrams = (word: string) => Array.from({ length: word.length - 2 }, (_, at) => `"${word.slice(at, at + 3)}"`).join(' AND ');
    const inIndex = words.flatMap((word) => index.all(trigrams(word))).map(({ rowid }) => `index: ${String(typeOf.get(rowid))}`);
    return [...new Set([...inRows, ...inTables, ...inIndex])];
  }
  const links = () =>
    open('gatehouse.db')
      .prepare('SELECT DISTINCT type FROM events WHERE batch_id IS NOT NULL OR session_id IS NOT NULL OR user_id IS NOT NULL')
      .pluck()
      .all();
  const heard: StoredEvent[] = [];
  events.subscribe((batch) => heard.push(...batch));
  return { store, clock, settings, events, heard, left, links, record: (type: EventType) => events.record(draftOf(type, sessionId, 99)) };
}

const everyGroup = (value: object) => ({ groups: Object.fromEntries(GROUPS.map((group) => [group, value])) });

test.each([
  ['at once', false],
  ['when their runs have ended', true],
])('events of every type, kept without personal data, lose names and addresses %s', async (_when, areNeeded) => {
  const { store, events, record, left, links } = start(everyGroup({ personalData: false }));
  const runs: number[] = [];
  const rest = { uid: 'u', ruleId: 1, ruleVersion: 1, ruleName: 'r', trigger: 't', depth: 0, serial: 0, targets: null, trace: '[]' };
  if (areNeeded)
    events.onInsert(({ _id: eventId }) => {
      runs.push(
        store.tables.runs.insert({ ...rest, eventId, state: 'queued', at: 1, notBefore: 1, finishedAt: null, batchKey: null, error: null }),
      );
    });
  for (const type of TYPES) await record(type);
  if (areNeeded) expect((await left([NAME])).length).toBeGreaterThan(TYPES.length / 2);
  for (const id of runs) store.tables.runs.finish(id, 'done', 2, null);
  expect(await left([NAME, SHOWN, ...ADDRESSES, encodeURIComponent(ADDRESSES[1] ?? '')])).toEqual([]);
  expect(links()).toEqual([]);
});

test('addresses of events of every type are forgotten in row and index, and nothing else', async () => {
  const { store, clock, settings, record, left } = start(everyGroup({ forgetAddressesAfterDays: 1, keepDays: 3650 }));
  for (const type of TYPES) await record(type);
  const words = [...ADDRESSES, encodeURIComponent(ADDRESSES[1] ?? '')];
  expect((await left(words)).length).toBeGreaterThan(TYPES.length);
  store.maintenance.retain(retentionPlan(settings, clock.now() + 2 * 86_400_000));
  expect(await left(words)).toEqual([]);
  expect(await left([NAME])).toEqual(expect.arrayContaining([...TYPES]));
});

test('what rules were asked about stays with the run without names and addresses', async () => {
  const { settings, record, heard } = start(everyGroup({ personalData: false }));
  for (const type of ['USER_LOGIN', 'OBJECT_INSERT', 'OBJECT_UPDATE'] as const) await record(type);
  const asked = ['pre-upload', 'pre-download', 'pre-delete', 'pre-login'].map((type) => ({
    ...heard[0],
    type,
    info: { operation: 'upload' },
  }));
  expect(heard).toHaveLength(3);
  for (const operation of [...heard, ...asked] as StoredEvent[]) {
    expect(JSON.stringify(operation)).toContain(SHOWN);
    expect(JSON.stringify(operationAsKept(settings, operation)), operation.type).not.toMatch(/qxz|203\.0\.113|2001:db8|4711/i);
  }
});
