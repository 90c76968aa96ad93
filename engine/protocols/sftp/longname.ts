import type { FileStat } from '../../vfs/types.ts';

const TYPE_LETTERS = { file: '-', directory: 'd', symlink: 'l', other: '?' } as const satisfies Record<FileStat['type'], string>;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
/** Older than this, `ls -l` shows the year instead of the time of day: half of a mean Gregorian year. */
const RECENT_MS = (365.2425 * 86_400_000) / 2;

const triplet = (bits: number): string => `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;

function date(epochMs: number, nowMs: number): string {
  const time = new Date(epochMs);
  const day = `${MONTHS[time.getUTCMonth()] ?? 'Jan'} ${String(time.getUTCDate()).padStart(2)}`;
  const age = nowMs - epochMs;
  if (age > RECENT_MS || age < -3_600_000) return `${day}  ${time.getUTCFullYear()}`;
  return `${day} ${String(time.getUTCHours()).padStart(2, '0')}:${String(time.getUTCMinutes()).padStart(2, '0')}`;
}

/**
 * The line that `ls -l` would print, in UTC (draft-ietf-secsh-filexfer-02, section 7). FileZilla and WinSCP read the type of an entry
 * from its first letter and the owner from its third column.
 */
export function longname(stat: FileStat, owner: string, nowMs: number): string {
  const mode = `${TYPE_LETTERS[stat.type]}${triplet(stat.mode >> 6)}${triplet(stat.mode >> 3)}${triplet(stat.mode)}`;
  const links = stat.type === 'directory' ? 2 : 1;
  return `${mode} ${String(links).padStart(3)} ${owner.padEnd(8)} ${'users'.padEnd(8)} ${String(stat.size).padStart(8)} ${date(stat.mtimeMs, nowMs)} ${stat.name}`;
}
