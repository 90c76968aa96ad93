import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createEventExporter } from '../../engine/events/export.ts';
import { conditions, type EventFilter, INDEXED_FILTERS } from '../../engine/store/event-filter.ts';
import { type Log, round, SMALL, timed } from './events-log.ts';
import { type BenchRow, median } from './row.ts';

const PAGES = 31;

/** Pages of 100 from places all over the log, each as a console asks for it, beside the statement alone on this thread. */
export async function benchPages({ store, plain, count }: Log): Promise<BenchRow[]> {
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
export async function benchUnindexed({ store }: Log): Promise<BenchRow[]> {
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
export async function benchExport({ store, plain, folder, count }: Log): Promise<BenchRow[]> {
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
