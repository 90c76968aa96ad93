import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import { createEventLog } from '../../engine/events/log.ts';
import { systemClock } from '../../engine/lib/clock.ts';
import { createLogger, silentSink } from '../../engine/lib/log.ts';
import { openStore } from '../../engine/store/index.ts';
import { TEXT_INDEX_FILE } from '../../engine/store/text-index.ts';
import { loadEvents } from './events-loader.ts';
import { DAY_MS, type Log, SMALL } from './events-log.ts';
import { benchExport, benchPages, benchUnindexed } from './events-reading.ts';
import { benchBurst, benchPoll, benchRecord, benchRetention } from './events-writing.ts';
import type { BenchOptions, BenchRow } from './row.ts';

const LARGE = 10_000_000;

/** V8's own function, which only contexts have that are made while the flag stands. */
v8.setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
v8.setFlagsFromString('--no-expose-gc');

/** In this order: what writes comes last, and retention takes away what the others read. */
const PARTS = {
  export: benchExport,
  pages: benchPages,
  unindexed: benchUnindexed,
  poll: benchPoll,
  record: benchRecord,
  burst: benchBurst,
  retention: benchRetention,
} as const;

/**
 * The event log at a million events (and at ten million): how fast it takes events in, how fast it finds them, and whom it keeps waiting.
 * Peers are better-sqlite3 alone on the same rows and indexes, in the same run. What a part leaves in memory, a peer's rows for one, is cleared
 * away before the next: collected in its midst, it stopped the uploads beside retention for 60 ms. The logs are made anew, which takes minutes, unless
 * `data` names a folder: there they are kept, and each run works on a copy.
 */
export async function benchEvents({ sizes, parts, data }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of sizes) {
    const count = size === 'large' ? LARGE : SMALL;
    const folder = freshLog(data, count);
    try {
      rows.push(...(await benchLog(folder, count, parts)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}

/** A data folder with a log of so many events, for the caller to remove; a copy of the one that `data` keeps, where a folder is named. */
export function freshLog(data: string | undefined, count: number): string {
  const folder = mkdtempSync(join(data ?? tmpdir(), 'gatehouse-bench-events-'));
  if (data === undefined) loadEvents(folder, count, firstDay());
  else copyLog(keptLog(data, count), folder);
  return folder;
}

const firstDay = (): number => Date.now() - 200 * DAY_MS;

/** The folder with a log of so many events, made if it is not there yet. */
function keptLog(data: string, count: number): string {
  const kept = join(data, `events-${String(count)}`);
  if (existsSync(kept)) return kept;
  const unfinished = `${kept}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  loadEvents(unfinished, count, firstDay());
  renameSync(unfinished, kept);
  return kept;
}

function copyLog(from: string, to: string): void {
  for (const name of ['gatehouse.db', TEXT_INDEX_FILE]) copyFileSync(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
}

async function benchLog(folder: string, count: number, parts: readonly string[]): Promise<BenchRow[]> {
  const store = openStore(folder);
  const events = createEventLog({ store, clock: systemClock, log: createLogger(silentSink, 'bench') });
  const plain = new Database(join(folder, 'gatehouse.db'));
  const log: Log = { store, events, plain, folder, count };
  const named = (row: BenchRow): BenchRow => ({ ...row, name: `events, ${String(count / 1_000_000)} M: ${row.name}` });
  try {
    await store.maintenance.settled();
    const found: BenchRow[] = [];
    for (const [part, bench] of Object.entries(PARTS)) {
      if (parts.length > 0 && !parts.includes(part)) continue;
      collectGarbage();
      const measured = (await bench(log)).map(named);
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
