import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets everything else on the machine go before the calling thread, for work that nobody waits for. On Linux, where threads have priorities of
 * their own; elsewhere nothing changes.
 */
export function giveWay(): void {
  try {
    const [, thread] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    if (thread !== undefined) setPriority(Number(thread), constants.priority.PRIORITY_LOW);
  } catch {
    // Another system, or one that forbids it: the work is done beside the rest as ever.
  }
}
