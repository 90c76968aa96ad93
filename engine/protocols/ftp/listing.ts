import type { FileStat, Session } from '../../vfs/types.ts';
import { oneLine } from './replies.ts';

/** Directory entries as text: LIST (`ls -l`), NLST and the facts of MLSD and MLST (RFC 3659 §7). All times are UTC. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
/** Where `ls` turns from time of day to year: half a mean year. */
const RECENT_MS = 15_778_476_000;

const two = (value: number): string => String(value).padStart(2, '0');

/** `YYYYMMDDHHMMSS` (RFC 3659 §2.3), as MDTM and the modify fact show it. */
export function timeValue(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return iso.slice(0, 19).replace(/[-:T]/g, '');
}

/** What `YYYYMMDDHHMMSS`, with a fraction perhaps, means in ms since the epoch; null when it is no time, or one before 1970, which Node cannot set. */
export function parseTimeValue(text: string): number | null {
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  // Leap seconds are seconds of the next minute.
  const isLeap = second === '60';
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${isLeap ? '59' : second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const epochMs = Date.parse(iso);
  if (year === undefined || Number.isNaN(epochMs) || epochMs < 0 || timeValue(epochMs).slice(0, 12) !== text.slice(0, 12)) return null;
  return isLeap ? epochMs + 1000 : epochMs;
}

/** One line of LIST without its line end, in the form that every client's parser knows; owner and group are not told. */
export function longLine(entry: FileStat, nowMs: number): string {
  const time = new Date(entry.mtimeMs);
  const recent = entry.mtimeMs <= nowMs && nowMs - entry.mtimeMs < RECENT_MS;
  const clock = recent ? `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}` : ` ${time.getUTCFullYear()}`;
  const date = `${MONTHS[time.getUTCMonth()] ?? 'Jan'} ${String(time.getUTCDate()).padStart(2)} ${clock}`;
  return `${modeText(entry)}   1 ftp      ftp      ${String(entry.size).padStart(12)} ${date} ${oneLine(entry.name)}`;
}

function modeText(entry: FileStat): string {
  const type = entry.type === 'directory' ? 'd' : entry.type === 'symlink' ? 'l' : '-';
  let text = type;
  for (let bit = 8; bit >= 0; bit--) text += (entry.mode >> bit) & 1 ? ('rwx'[(8 - bit) % 3] ?? '') : '-';
  return text;
}

/** The facts that MLSD and MLST can give, in the order in which they are given. */
export const FACTS = ['type', 'size', 'modify', 'perm', 'unix.mode'] as const;
export type Fact = (typeof FACTS)[number];

/** `type=file;size=12;…; name` (RFC 3659 §7.2). `permissions` is the value of the perm fact, `name` what stands after the space. */
export function factsLine(entry: FileStat, name: string, permissions: string, wanted: ReadonlySet<Fact>): string {
  const values: Readonly<Record<Fact, string>> = {
    type: entry.type === 'directory' ? 'dir' : entry.type === 'symlink' ? 'OS.unix=symlink' : 'file',
    size: String(entry.size),
    modify: timeValue(entry.mtimeMs),
    perm: permissions,
    'unix.mode': `0${entry.mode.toString(8).padStart(3, '0')}`,
  };
  const facts = FACTS.filter((fact) => wanted.has(fact) && !(fact === 'size' && entry.type === 'directory'));
  return `${facts.map((fact) => `${fact}=${values[fact]};`).join('')} ${oneLine(name)}`;
}

/** The perm facts (RFC 3659 §7.5.5) of entries of one directory; asks the session once for what all of them share. */
export class PermissionFacts {
  readonly #session: Session;
  readonly #directory: string;
  readonly #file: string;
  readonly #directoryHere: string;

  /** `directory`: virtual path of the directory that holds the entries. */
  constructor(session: Session, directory: string) {
    this.#session = session;
    this.#directory = directory.endsWith('/') ? directory : `${directory}/`;
    const here = `${this.#directory}x`;
    const may = (...permissions: Parameters<Session['allows']>[0][]): boolean =>
      permissions.some((permission) => session.allows(permission, here));
    this.#file =
      (may('overwrite') ? 'aw' : '') +
      (may('delete', 'delete_files') ? 'd' : '') +
      (may('rename', 'rename_files') ? 'f' : '') +
      (may('download') ? 'r' : '');
    this.#directoryHere = (may('delete', 'delete_dirs') ? 'd' : '') + (may('rename', 'rename_dirs') ? 'f' : '');
  }

  /** Letters of what the account may do with `entry`. */
  of(entry: FileStat): string {
    if (entry.type !== 'directory') return this.#file;
    return this.#directoryHere + PermissionFacts.inside(this.#session, `${this.#directory}${entry.name}`);
  }

  /** Letters of what the account may do inside the directory `path`. */
  static inside(session: Session, path: string): string {
    const within = path.endsWith('/') ? `${path}x` : `${path}/x`;
    return (
      (session.allows('upload', within) ? 'c' : '') +
      (session.allows('list', within) ? 'el' : '') +
      (session.allows('create_dirs', within) ? 'm' : '') +
      (session.allows('delete', within) || session.allows('delete_files', within) ? 'p' : '')
    );
  }
}

/** Whether `name` matches a pattern of `*` and `?`, as old clients send with NLST for mget. Linear in time but for the stars. */
export function matchesPattern(name: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let here = 0;
  while (here < name.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = here;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[here])) {
      at++;
      here++;
    } else if (star !== -1) {
      at = star + 1;
      here = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
