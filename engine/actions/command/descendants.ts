import { readdir, readFile } from 'node:fs/promises';

/** The variable whose value tells the processes of one call of a program from all others. */
export const CALL_VARIABLE = 'GATEHOUSE_CALL';

/** Each round finds what was started during the one before. Who starts new processes faster than this is let go. */
const MOST_ROUNDS = 10;

/**
 * Kills what a program has started and its process group does not hold any more, having taken a session of its own (setsid) and lost its
 * parent (a double fork): known by the variable that processes hand down. One that has emptied its environment too is not found. Linux only;
 * elsewhere it does nothing.
 */
export async function endDescendants(call: string): Promise<void> {
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
}

/** Ids of the living processes of a call. */
async function marked(call: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(ids.map(async (id) => ((await isMarked(id, call)) ? Number(id) : undefined)));
  return found.filter((id) => id !== undefined);
}

/** The environment of a process that has ended or is another user's cannot be read; that of a zombie is empty. */
async function isMarked(id: string, call: string): Promise<boolean> {
  const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`${CALL_VARIABLE}=${call}`);
}
