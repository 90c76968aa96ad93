import { readFileSync } from 'node:fs';
import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';

/**
 * Ids are never given out twice, not even when a power cut takes the last commits back: without `strict` they, and with them the counter of
 * ids, are only written out a moment later, while a program may have been told of them already. It would pass over the events that got these
 * ids again.
 */

/**
 * How far the counter is put forward after such a stop. What the disk had not seen is one checkpoint's worth, seconds at no more than some
 * ten thousand events; a million leaves out a hundred times that, and of the 2^53 ids that programs can count with next to nothing.
 */
const MARGIN = 1_000_000;

/**
 * To be called before anything is recorded: puts the counter forward if the last run did not end by `endRun` and the machine may have gone
 * down with it, and notes that this one has begun, on the disk before it returns. Throws what the store throws.
 */
export function beginRun(store: Store, bootId: string | null = currentBoot()): void {
  const { meta, events } = store.tables;
  const begun = meta.get('run_begun');
  store.setDurability('strict');
  try {
    store.transaction(() => {
      if (begun !== null && (bootId === null || begun !== bootId)) events.skipIds(MARGIN);
      meta.put('run_begun', bootId ?? 'unknown');
    });
  } finally {
    store.setDurability('normal');
  }
}

/** The run ends in order: what it wrote is written out when the store is closed. Does nothing while nothing can be written. */
export function endRun(store: Store): void {
  try {
    store.transaction(() => store.tables.meta.remove('run_begun'));
  } catch (error) {
    // The next start puts the counter forward without need.
    if (!(error instanceof AppError)) throw error;
  }
}

/** What Linux calls this boot of the machine; null elsewhere, where nobody can tell a kill from a power cut. */
function currentBoot(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
