import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { settingsSchema } from '../../engine/contract/settings.ts';
import { retentionPlan } from '../../engine/events/keeping.ts';
import { type EventDraft, SYSTEM } from '../../engine/events/log.ts';
import { createEventPoll } from '../../engine/events/poll.ts';
import { TEXT_INDEX_FILE } from '../../engine/store/text-index.ts';
import { ACCOUNTS, rowMaker } from './events-loader.ts';
import { DAY_MS, type Log, round, timed } from './events-log.ts';
import { type BenchRow, median } from './row.ts';

const SUSTAINED_MS = 10_000;
const BURST_PER_SECOND = 10_000;
const BURST_SECONDS = 10;
const TICK_MS = 5;
const PRODUCERS = 64;
const POLLERS = 200;
const WAKE_UPS = 21;
const RETAINED = 1_000_000;
const UPLOADS_PER_SECOND = 200;

/** From a commit to the answer of the last of 200 who wait. */
export async function benchPoll({ store, events }: Log): Promise<BenchRow[]> {
  const poll = createEventPoll({ reader: store.reader, events });
  const times: number[] = [];
  for (let turn = 0; turn < WAKE_UPS; turn++) {
    const request = {
      after: { id: events.newestId(), removals: null },
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
export async function benchRecord({ events, folder }: Log): Promise<BenchRow[]> {
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
export async function benchBurst({ events, folder, store }: Log): Promise<BenchRow[]> {
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
export async function benchRetention({ events, plain, store, count }: Log): Promise<BenchRow[]> {
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
