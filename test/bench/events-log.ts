import type Database from 'better-sqlite3';
import type { EventLog } from '../../engine/events/log.ts';
import type { Store } from '../../engine/store/index.ts';

/** What the measurements of the event log have in common. */

export const SMALL = 1_000_000;
export const DAY_MS = 86_400_000;

/** A log under measurement; `plain` is a connection of its own for the peer. */
export type Log = {
  readonly store: Store;
  readonly events: EventLog;
  readonly plain: Database.Database;
  readonly folder: string;
  readonly count: number;
};

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
