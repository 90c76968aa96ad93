import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createEventLog } from '../../engine/events/log.ts';
import { systemClock } from '../../engine/lib/clock.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import { openStore } from '../../engine/store/index.ts';
import { loadEvents } from './events-loader.ts';
import { DAY_MS, type Log, SMALL } from './events-log.ts';
import { benchExport, benchPages, benchUnindexed } from './events-reading.ts';
import { benchBurst, benchPoll, benchRecord, benchRetention } from './events-writing.ts';
import type { BenchRow } from './row.ts';

const LARGE = 10_000_000;

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
