import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folders.ts';

/** A disk of its own that can be filled to the last byte. */
export type SmallDisk = {
  readonly folder: string;
  /** Takes all room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
};

/** Why there can be no small disk here; null when there can. */
export const NO_SMALL_DISK: string | null = mountFailure();

/** Mounts a file system in memory, gone when the test has finished. */
export function smallDisk(megabytes: number): SmallDisk {
  const folder = temporaryFolder('gatehouse-disk-');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', folder]);
  // What has files open there ends first: tests clean up in reverse order.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  let fillers = 0;
  return {
    folder,
    fill() {
      const descriptor = openSync(join(folder, `filler-${String(fillers++)}`), 'w');
      try {
        for (const size of [65_536, 1]) for (const zeros = Buffer.alloc(size); ; ) writeSync(descriptor, zeros);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(descriptor);
      }
    },
    free() {
      for (; fillers > 0; fillers--) rmSync(join(folder, `filler-${String(fillers - 1)}`));
    },
  };
}

function mountFailure(): string | null {
  if (process.platform !== 'linux') return 'small disks are mounted on Linux only';
  return process.getuid?.() === 0 ? null : 'mounting a small disk needs root';
}
