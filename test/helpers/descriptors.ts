import { readdirSync, readlinkSync } from 'node:fs';

/** Connections, listeners and files below `folder` that this process has open. Others come and go: the store opens its own when it likes. */
export function openDescriptors(folder: string): number {
  const targets = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ''; // Closed since.
    }
  });
  return targets.filter((target) => target.startsWith('socket:') || target.startsWith(folder)).length;
}
