import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The variable whose value tells the processes of one call of a program from all others. */
export const CALL_VARIABLE = 'GATEHOUSE_CALL';

/** The descriptor that does the same, by the name of what is open there. Scripts use numbers up to 9, programs take the lowest free one. */
const CALL_DESCRIPTOR = 99;
const FIRST_DESCRIPTOR = 3;

/** Each round finds what was started during the one before. Who starts new processes faster than this is let go. */
const MOST_ROUNDS = 10;

/** By what the processes of one call are known: all that is started hands it down, unless it takes care not to. */
export type CallMark = {
  readonly environment: Readonly<Record<string, string>>;
  /** To be opened in the program from descriptor 3 on. */
  readonly descriptors: readonly ('ignore' | number)[];
  /**
   * Kills what the program has started and its process group does not hold any more, having taken a session of its own (setsid) and lost
   * its parent (a double fork). One that has emptied its environment and closed its descriptors too is not found. Linux only; elsewhere it
   * does nothing.
   */
  endDescendants(): Promise<void>;
  /** Gives the descriptor of this process back. */
  close(): void;
};

/** A mark for one call, to be closed when that has ended. */
export function markCall(): CallMark {
  const call = randomUUID();
  const descriptor = process.platform === 'linux' ? openNamed(call) : undefined;
  return {
    environment: { [CALL_VARIABLE]: call },
    descriptors:
      descriptor === undefined ? [] : [...Array.from({ length: CALL_DESCRIPTOR - FIRST_DESCRIPTOR }, () => 'ignore' as const), descriptor],
    async endDescendants() {
      if (process.platform !== 'linux') return;
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const found = await marked(call);
        for (const pid of found) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // ESRCH: it has ended by itself.
          }
        }
        if (found.length === 0) return;
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

/** An empty file that can only be read and is gone from its folder, so that its name is in /proc alone; undefined where none can be made. */
function openNamed(call: string): number | undefined {
  const path = join(tmpdir(), `gatehouse-call-${call}`);
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    unlinkSync(path);
    return descriptor;
  } catch {
    return undefined;
  }
}

/** Ids of the living processes of a call. */
async function marked(call: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(ids.map(async (id) => ((await isMarked(id, call)) ? Number(id) : undefined)));
  return found.filter((id) => id !== undefined);
}

/** What a process has that has ended or is another user's cannot be read; a zombie has nothing. */
async function isMarked(id: string, call: string): Promise<boolean> {
  const [environment, open] = await Promise.all([
    readFile(`/proc/${id}/environ`, 'latin1').catch(() => ''),
    readlink(`/proc/${id}/fd/${CALL_DESCRIPTOR}`).catch(() => ''),
  ]);
  return environment.split('\0').includes(`${CALL_VARIABLE}=${call}`) || open.includes(call);
}
