import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What is missing from the log because it could not be written. Times in ms since the epoch. */
export type Gap = {
  readonly from: number;
  /** Events that wait in memory. */
  readonly waiting: number;
  /** Events that nobody will see: there were too many to wait. */
  readonly lost: number;
  /** Operations that were refused because their event could not be stored. */
  readonly refused: number;
};

const gapSchema = z.object({ from: z.int(), waiting: z.int(), lost: z.int(), refused: z.int() });

/**
 * Room on the disk for the hour of need: a file of zeros in the data folder, deleted when the log finds the disk full. Beside it a note of
 * what waits in memory, made in good times and then only written over in place, which needs no room.
 */
export type Reserve = {
  /** Gives the room back to the disk. Returns false when that was done before. */
  release(): boolean;
  /** Makes it again; returns false, with nothing left behind, as long as there is no room. */
  restore(): boolean;
  /** Writes down what a kill would lose now; null when nothing. */
  noteGap(gap: Gap | null): void;
  /** The note that an earlier run left. */
  readonly earlierGap: Gap | null;
};

const RESERVE_BYTES = 16 * 1024 ** 2;
const NOTE_BYTES = 4096;

export function openReserve(dataFolder: string, bytes = RESERVE_BYTES): Reserve {
  const file = join(dataFolder, 'reserve');
  const noteFile = join(dataFolder, 'log-gap');
  const earlierGap = readGap(noteFile);

  function restore(): boolean {
    return allocate(noteFile, NOTE_BYTES) && allocate(file, bytes);
  }

  restore();
  return {
    earlierGap,
    release() {
      if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
      rmSync(file);
      return true;
    },
    restore,
    noteGap(gap) {
      const text = gap === null ? '' : JSON.stringify(gap);
      try {
        const descriptor = openSync(noteFile, 'r+');
        try {
          writeSync(descriptor, text.padEnd(NOTE_BYTES), 0);
        } finally {
          closeSync(descriptor);
        }
      } catch {
        // Without the note a kill goes uncounted; the log itself is in greater need.
      }
    },
  };
}

/** Makes sure that the file has its size, written out, so that its room is taken. False when the disk has none. */
function allocate(file: string, bytes: number): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.size === bytes) return true;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'w', 0o600);
    const zeros = Buffer.alloc(Math.min(bytes, 1024 ** 2));
    for (let written = 0; written < bytes; ) written += writeSync(descriptor, zeros, 0, Math.min(zeros.length, bytes - written));
    return true;
  } catch {
    rmSync(file, { force: true });
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readGap(file: string): Gap | null {
  try {
    return gapSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // Empty in good times, and not there at a first start.
  }
}
