import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { settingsSchema } from '../../engine/contract/settings.ts';
import { createEventExporter } from '../../engine/events/export.ts';
import { retentionPlan } from '../../engine/events/keeping.ts';
import { createEventLog, type EventDraft, type EventLog, SYSTEM } from '../../engine/events/log.ts';
import { createEventPoll } from '../../engine/events/poll.ts';
import { systemClock } from '../../engine/lib/clock.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import { conditions, type EventFilter, INDEXED_FILTERS } from '../../engine/store/event-filter.ts';
import { openStore, type Store } from '../../engine/store/index.ts';
import { TEXT_INDEX_FILE } from '../../engine/store/text-index.ts';
import { ACCOUNTS, loadEvents, rowMaker } from './event-loader.ts';
import type { BenchRow } from './row.ts';

const SMALL = 1_000_000;
const LARGE = 10_000_000;
const PAGES = 31;
const SUSTAINED_MS = 10_000;
const BURST_PER_SECOND = 10_000;
const BURST_SECONDS = 10;
const TICK_MS = 5;
const PRODUCERS = 64;
const POLLERS = 200;
const WAKE_UPS = 21;
const RETAINED = 1_000_000;
const UPLOADS_PER_SECOND = 200;
const DAY_MS = 86_400_000;

type Log = {
  readonly store: Store;
  readonly events: EventLog;
  readonly plain: Database.Database;
  readonly folder: string;
  readonly count: number;
};

/**
 * The event log at a million events (and at ten million): how fast it takes events in, how fast it finds them, and whom it keeps waiting.
 * Peers are better-sqlite3 alone on the same rows and indexes, in the same run.
 */
export async function benchEvents(options: { readonly large: boolean }): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const count of options.large ? [SMALL, LARGE] : [SMALL]) {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-events-'));
    try {
      rows.push(...(await benchLog(folder, count)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}

async function benchLog(folder: string, count: number): Promise<BenchRow[]> {
  const began = performance.now();
  loadEvents(folder, count, Date.now() - 200 * DAY_MS);
  process.stderr.write(`${String(count)} events loaded in ${String(Math.round((performance.now() - began) / 1000))} s\n`);
  const store = openStore(folder);
  const events = createEventLog({ store, clock: systemClock, log: createLogger(silentSink, 'bench') });
  const plain = new Database(join(folder, 'gatehouse.db'));
  const log: Log = { store, events, plain, folder, count };
  const named = (row: BenchRow): BenchRow => ({ ...row, name: `events, ${String(count / 1_000_000)} M: ${row.name}` });
  try {
    const found: BenchRow[] = [];
    for (const part of [benchExport, benchPages, benchUnindexed, benchPoll, benchRecord, benchBurst, benchRetention]) {
      const measured = (await part(log)).map(named);
      found.push(...measured);
      for (const { name, value, unit } of measured) process.stderr.write(`${name}: ${String(value)} ${unit}\n`);
    }
    return found;
  } finally {
    plain.close();
    events.close();
    await store.close();
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Pages of 100 from places all over the log, each as a console asks for it, beside the statement alone on this thread. */
async function benchPages({ store, plain, count }: Log): Promise<BenchRow[]> {
  const token = plain.prepare<[], { token_hash: string }>('SELECT token_hash FROM sessions WHERE id = 1000').get()?.token_hash ?? '';
  const values: Partial<EventFilter> = { username: 'partner7', token, sessionId: 1000 };
  const filters: EventFilter[] = [
    {},
    ...INDEXED_FILTERS.map(({ filter }) =>
      Object.fromEntries(Object.entries(filter).map(([key, value]) => [key, values[key as keyof EventFilter] ?? value])),
    ),
    { text: 'payroll-77' },
  ];
  const rows: BenchRow[] = [];
  for (const filter of filters) {
    const { where, parameters } = conditions(filter);
    const sql = `SELECT * FROM events WHERE ${[...where, 'events.id < @before'].join(' AND ')} ORDER BY id DESC LIMIT 100`;
    const statement = plain.prepare<[Record<string, string | number>]>(sql);
    const own: number[] = [];
    const peers: number[] = [];
    for (let page = 0; page < PAGES; page++) {
      const before = Math.floor((count * (page + 1)) / PAGES);
      own.push(await timed(() => store.reader.read('events.search', { ...filter, before, limit: 100 })));
      if (filter.text === undefined) peers.push(await timed(() => statement.all({ ...parameters, before })));
    }
    const shown = Object.keys(filter).length === 0 ? 'no filter' : JSON.stringify(filter).slice(0, 60);
    const name = `page of 100, ${shown}`;
    const floor = filter.text === undefined ? (count > SMALL ? 20 : 5) : 100;
    rows.push({ name, value: round(median(own)), unit: 'ms', ...peerOf(median(own), peers), floor, better: 'lower' });
  }
  return rows;
}

/** The peer is shown, and bounds nothing: the bounds are of the value. */
function peerOf(value: number, peers: readonly number[]): Pick<BenchRow, 'peer' | 'peerRatio'> {
  return peers.length === 0 ? {} : { peer: round(median(peers), 3), peerRatio: round(value / median(peers)) };
}

/** Filters without an index, none of which fits anything: the whole log is looked through, or the budget ends. */
async function benchUnindexed({ store }: Log): Promise<BenchRow[]> {
  const filters: EventFilter[] = [
    { path: '/nowhere/*' },
    { ip: '198.51.100.1' },
    { displayName: 'nobody' },
    { text: 'zz' },
    { text: 'nowhere' },
  ];
  const rows: BenchRow[] = [];
  for (const filter of filters) {
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn++) times.push(await timed(() => store.reader.read('events.search', { ...filter, limit: 100 })));
    const name = `nothing found, ${JSON.stringify(filter)}`;
    rows.push({ name, value: round(Math.max(...times), 0), unit: 'ms', floor: 500, better: 'lower' });
  }
  return rows;
}

/** A million rows as JSON Lines, and what that adds to the memory of the process. */
async function benchExport({ store, plain, folder, count }: Log): Promise<BenchRow[]> {
  const exporter = createEventExporter({ reader: store.reader, publish: () => undefined });
  const limit = Math.min(count, SMALL);
  const write = async (most: number): Promise<void> => {
    const file = openSync(join(folder, 'export'), 'w');
    for await (const { text } of exporter.parts({}, 'jsonl', { ascending: true, limit: most })) writeSync(file, text);
    closeSync(file);
  };
  await write(20_000);
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => void (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const took = await timed(() => write(limit));
  clearInterval(watch);
  const peer = await timed(() => {
    const file = openSync(join(folder, 'export'), 'w');
    for (const row of plain.prepare('SELECT * FROM events ORDER BY id LIMIT ?').iterate(limit)) writeSync(file, `${JSON.stringify(row)}\n`);
    closeSync(file);
  });
  return [
    {
      name: 'export of 1 M events, time',
      value: round(took / 1000),
      unit: 's',
      peer: round(peer / 1000),
      peerRatio: round(took / peer),
      better: 'lower',
    },
    { name: 'export of 1 M events, memory', value: round((peak - before) / 1024 ** 2, 0), unit: 'MB', floor: 64, better: 'lower' },
  ];
}

/** From a commit to the answer of the last of 200 who wait. */
async function benchPoll({ store, events }: Log): Promise<BenchRow[]> {
  const poll = createEventPoll({ reader: store.reader, events });
  const times: number[] = [];
  for (let turn = 0; turn < WAKE_UPS; turn++) {
    const request = {
      after: events.newestId(),
      limit: 100,
      scope: 'all',
      waitMs: 60_000,
      sessionId: null,
      signal: new AbortController().signal,
    } as const;
    const waiting = Promise.all(Array.from({ length: POLLERS }, () => poll.poll(request)));
    // Until all of them have looked in vain and wait.
    await store.reader.read('log.state');
    await pause(50);
    await events.record(uploadDraft(turn));
    times.push(await timed(() => waiting));
  }
  poll.close();
  return [{ name: `poll wake-up of ${String(POLLERS)}`, value: round(median(times)), unit: 'ms', floor: 20, better: 'lower' }];
}

function uploadDraft(index: number): EventDraft<'OBJECT_INSERT'> {
  return {
    type: 'OBJECT_INSERT',
    object: { schema: 'USER', type: 'file' },
    info: { operation: 'upload', atomic: true, resumed: false },
    actor: {
      ...SYSTEM,
      userId: 1,
      userName: `partner${String(index % ACCOUNTS)}`,
      ip: '192.0.2.1',
      protocol: 'SFTP',
      client: 'bench',
      origin: 'client',
    },
    path: `/in/bench-${String(index)}.pdf`,
    bytes: index,
    durationMs: 1,
  };
}

/** As many as the log takes from 64 producers that each wait for the answer, beside transactions of 64 rows without anything else. */
async function benchRecord({ events, folder }: Log): Promise<BenchRow[]> {
  const until = performance.now() + SUSTAINED_MS;
  let recorded = 0;
  const produce = async (): Promise<void> => {
    while (performance.now() < until) await events.record(uploadDraft(recorded++));
  };
  const cpu = process.cpuUsage();
  const took = await timed(() => Promise.all(Array.from({ length: PRODUCERS }, produce)));
  const { user, system } = process.cpuUsage(cpu);
  const rate = (recorded / took) * 1000;
  const peer = plainRate(folder, recorded);
  return [
    {
      name: 'record, sustained',
      value: round(rate, 0),
      unit: '/s',
      peer: round(peer, 0),
      peerRatio: round(rate / peer),
      floor: 4000,
      better: 'higher',
    },
    { name: 'record, processor time of all threads', value: round((user + system) / recorded, 1), unit: 'us', better: 'lower' },
  ];
}

/** The same table and indexes in a file of its own. */
function plainRate(folder: string, count: number): number {
  const log = new Database(join(folder, 'gatehouse.db'), { readonly: true });
  const schema = log
    .prepare<[], { sql: string }>("SELECT sql FROM sqlite_schema WHERE tbl_name = 'events' AND sql IS NOT NULL ORDER BY type DESC")
    .all();
  log.close();
  const db = new Database(join(folder, 'plain.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  for (const { sql } of schema) db.exec(sql);
  const row = rowMaker(2, Date.now());
  const columns =
    'at, type, pollable, ip, schema, objecttype, object_id, session_id, user_id, user_name, protocol, client, path, bytes, duration_ms, outcome, origin, info';
  const names = [
    'at',
    'type',
    'pollable',
    'ip',
    'schema',
    'objecttype',
    'objectId',
    'sessionId',
    'userId',
    'userName',
    'protocol',
    'client',
    'path',
    'bytes',
    'durationMs',
    'outcome',
    'origin',
    'info',
  ];
  const insert = db.prepare<[object]>(`INSERT INTO events (${columns}) VALUES (${names.map((name) => `@${name}`).join(', ')})`);
  const rows = Array.from({ length: count }, (_, index) => ({ ...row(index, 1), pollable: 0 }));
  const write = db.transaction((from: number) => rows.slice(from, from + PRODUCERS).forEach((one) => insert.run(one)));
  const began = performance.now();
  for (let from = 0; from < count; from += PRODUCERS) write(from);
  const took = performance.now() - began;
  db.close();
  return (count / took) * 1000;
}

/** 10,000 events a second for ten seconds: whether they are taken in, how long the loop is held up, how far behind the text index is. */
async function benchBurst({ events, folder, store }: Log): Promise<BenchRow[]> {
  await store.maintenance.settled();
  const index = new Database(join(folder, TEXT_INDEX_FILE), { readonly: true });
  const fedTo = index.prepare<[], { id: number }>('SELECT fed_to AS id FROM state');
  const committed: { readonly id: number; readonly at: number }[] = [];
  const unsubscribe = events.subscribe((batch) => committed.push({ id: batch.at(-1)?._id ?? 0, at: performance.now() }));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let furthest = 0;
  let oldest = 0;
  const lag = (): number => {
    const id = fedTo.get()?.id ?? 0;
    while (oldest < committed.length && (committed[oldest]?.id ?? 0) <= id) oldest++;
    return performance.now() - (committed[oldest]?.at ?? performance.now());
  };
  const watch = setInterval(() => void (furthest = Math.max(furthest, lag())), 100);
  delay.enable();
  const began = performance.now();
  const waiting: Promise<unknown>[] = [];
  let sent = 0;
  while (sent < BURST_PER_SECOND * BURST_SECONDS) {
    const due = Math.min(BURST_PER_SECOND * BURST_SECONDS, Math.floor(((performance.now() - began) / 1000) * BURST_PER_SECOND));
    for (; sent < due; sent++) waiting.push(events.record(uploadDraft(sent)));
    await pause(TICK_MS);
  }
  await Promise.all(waiting);
  const rate = (sent / (performance.now() - began)) * 1000;
  delay.disable();
  while (lag() > 0) await pause(20);
  clearInterval(watch);
  unsubscribe();
  index.close();
  return [
    {
      name: `record, ${String(BURST_PER_SECOND)} a second for ${String(BURST_SECONDS)} s`,
      value: round(rate, 0),
      unit: '/s',
      floor: 0.98 * BURST_PER_SECOND,
      better: 'higher',
    },
    { name: 'event loop delay in that time, p99', value: round(delay.percentile(99) / 1e6), unit: 'ms', floor: 20, better: 'lower' },
    { name: 'text index behind in that time, at most', value: round(furthest / 1000), unit: 's', floor: 2, better: 'lower' },
  ];
}

/** The oldest million goes while uploads come in: the longest that one of them waited for its event. */
async function benchRetention({ events, plain, store, count }: Log): Promise<BenchRow[]> {
  const last = plain.prepare<[number], { at: number }>('SELECT at FROM events WHERE id = ?').get(Math.min(count, RETAINED))?.at ?? 0;
  const { log } = settingsSchema.parse({ log: { groups: { api: { keepDays: null } } } });
  const longest = { value: 0 };
  const over = new AbortController();
  let sent = 0;
  const uploads = (async () => {
    while (!over.signal.aborted) {
      const took = await timed(() => events.record(uploadDraft(sent++)));
      longest.value = Math.max(longest.value, took);
      await pause(1000 / UPLOADS_PER_SECOND);
    }
  })();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const took = await timed(async () => {
    store.maintenance.retain({
      ...retentionPlan(log, last + 1 + log.keepDays * DAY_MS),
      runsBefore: 0,
      largestBytes: Number.MAX_SAFE_INTEGER,
    });
    await store.maintenance.settled();
  });
  over.abort();
  await uploads;
  delay.disable();
  const left =
    plain.prepare<[number], { left: number }>('SELECT count(*) AS left FROM events WHERE id <= ?').get(Math.min(count, RETAINED))?.left ??
    0;
  if (left > 0) throw new Error(`${String(left)} events of the oldest million are still there`);
  return [
    { name: 'retention of 1 M events, longest pause of an upload', value: round(longest.value, 1), unit: 'ms', floor: 50, better: 'lower' },
    {
      name: 'retention of 1 M events, longest pause of the loop',
      value: round(delay.max / 1e6, 1),
      unit: 'ms',
      floor: 50,
      better: 'lower',
    },
    { name: 'retention of 1 M events, time', value: round(took / 1000, 1), unit: 's', better: 'lower' },
  ];
}
