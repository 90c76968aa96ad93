import { AppError } from '../contract/errors.ts';

/**
 * Which names and paths a client may use, as pure functions of the platform, so that one table of tests covers all three.
 * The sandbox keeps links and races out; these rules keep out what a file system would read as something else than it says.
 */

export type Platform = 'linux' | 'darwin' | 'win32';

/** Longest component that common file systems take, in bytes of UTF-8. */
const MAX_COMPONENT_BYTES = 255;
const MAX_PATH_BYTES = 4096;

/** Hidden files of ours beside the uploads they belong to; clients neither see nor name them. */
const TEMPORARY = /^\.gatehouse-[0-9a-f]{16}\.part$/i;

const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;
const SHORT_NAME = /^[^.~]{1,6}~[0-9]{1,6}(\.[^.]{0,3})?$/i;
/** Reserved by Windows, with the separators that Node and SMB would take for more than a name. */
const WINDOWS_RESERVED = /[<>:"|?*\\]/;

/** The name of a temporary; `random` is 16 hexadecimal digits. */
export function temporaryName(random: string): string {
  return `${temporaryStart(random)}.part`;
}

/** What the names of those temporaries begin with whose random digits begin with these. */
export function temporaryStart(random: string): string {
  return `.gatehouse-${random}`;
}

export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name.normalize('NFC'));
}

/** Why `name` cannot be a file's name on this platform, in words, or undefined when it can. */
export function nameProblem(name: string, platform: Platform): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'A file needs a name.';
  if (hasControlCharacter(name)) return 'Names cannot hold line breaks or other control characters.';
  if (name.includes('/')) return 'A name cannot hold a slash.';
  if (Buffer.byteLength(name) > MAX_COMPONENT_BYTES) return `The name is longer than ${MAX_COMPONENT_BYTES} bytes. Choose a shorter one.`;
  if (!name.isWellFormed()) return 'The name is not valid Unicode. Choose another.';
  if (isTemporary(name)) return 'Names of this form are kept for uploads in progress. Choose another.';
  if (platform === 'darwin' && name.includes(':')) return 'Names cannot hold a colon on this server. Choose another.';
  return platform === 'win32' ? windowsProblem(name) : undefined;
}

/** Two names with the same key are the same file on this platform. */
export function nameKey(name: string, platform: Platform): string {
  if (platform === 'linux') return name;
  // APFS folds case and normalisation; NTFS folds case only, and folding more there merely refuses a second writer too often.
  return name.normalize('NFC').toLowerCase();
}

/**
 * A client's path as a clean absolute virtual path: relative ones start at `base`, `.` and empty components vanish, `..` stops at the root.
 * Throws `invalid_name` for components that `nameProblem` refuses.
 */
export function resolveVirtual(path: string, base: string, platform: Platform): string {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    throw new AppError('invalid_name', `The path is longer than ${MAX_PATH_BYTES} bytes. Choose a shorter one.`);
  const parts = path.startsWith('/') ? [] : splitVirtual(base);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      parts.pop();
      continue;
    }
    const problem = nameProblem(part, platform);
    if (problem !== undefined) throw new AppError('invalid_name', problem);
    parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The components of a clean virtual path; none for the root. */
export function splitVirtual(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** The parent of a clean virtual path; the root is its own. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

/** The last component of a clean virtual path; empty for the root. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function windowsProblem(name: string): string | undefined {
  if (WINDOWS_RESERVED.test(name)) return 'Names cannot hold any of < > : " | ? * \\ on this server. Choose another.';
  if (/[. ]$/.test(name)) return 'Names cannot end with a dot or a space on this server. Choose another.';
  if (DEVICE_NAME.test(name.trimEnd())) return 'This name belongs to a device on this server. Choose another.';
  if (SHORT_NAME.test(name)) return 'Names of this short form can stand for another file on this server. Choose another.';
  return undefined;
}

function hasControlCharacter(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
