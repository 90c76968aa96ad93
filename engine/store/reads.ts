import type Database from 'better-sqlite3';
import { accountsOverview } from './accounts-table.ts';
import { listActivity, readSession, readTransferTotals } from './activity-reads.ts';
import { exportEvents } from './event-export.ts';
import { countEvents, getEvent, searchEvents } from './event-search.ts';
import { readLogState } from './events-table.ts';
import { listRuns, traceRun } from './runs-table.ts';

/** Every query that may scan, by name: the reader worker's table. Add a query to its table's file and one line here. */
export const READS = {
  'accounts.overview': accountsOverview,
  'log.state': readLogState,
  'events.search': searchEvents,
  'events.get': getEvent,
  'events.count': countEvents,
  'events.export': exportEvents,
  'activity.list': listActivity,
  'activity.session': readSession,
  'activity.totals': readTransferTotals,
  'runs.list': listRuns,
  'runs.trace': traceRun,
} as const satisfies Record<string, (db: Database.Database, ...args: never[]) => unknown>;

export type ReadName = keyof typeof READS;

type Args<F> = F extends (db: Database.Database, ...args: infer Rest) => unknown ? Rest : never;

export type Reads = {
  [Name in ReadName]: { readonly args: Args<(typeof READS)[Name]>; readonly result: ReturnType<(typeof READS)[Name]> };
};

export type ReadRequest = { readonly id: number; readonly name: ReadName; readonly args: readonly unknown[] };
