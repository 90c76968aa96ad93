import type Database from 'better-sqlite3';
import { searchEvents } from './events-table.ts';
import { listRuns, traceRun } from './runs-table.ts';

/** Every query that may scan, by name: the reader worker's table. Add a query to its table's file and one line here. */
export const READS = {
  'events.search': searchEvents,
  'runs.list': listRuns,
  'runs.trace': traceRun,
} as const satisfies Record<string, (db: Database.Database, ...args: never[]) => unknown>;

export type ReadName = keyof typeof READS;

type Args<F> = F extends (db: Database.Database, ...args: infer Rest) => unknown ? Rest : never;

export type Reads = {
  [Name in ReadName]: { readonly args: Args<(typeof READS)[Name]>; readonly result: ReturnType<(typeof READS)[Name]> };
};

export type ReadRequest = { readonly id: number; readonly name: ReadName; readonly args: readonly unknown[] };
