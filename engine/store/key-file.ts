import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';

/**
 * The key file `keys/data.key`: one data key, wrapped several times over. Format 2; format 1 held a single wrap and no id. Wraps and
 * fields that this program does not know are kept as they are.
 */
const keyFileSchema = z.looseObject({
  format: z.literal(2),
  /** First 16 hex digits of the key's SHA-256, so that a wrap without a check of its own cannot yield a wrong key. */
  id: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  /** By the wrap's name: base64 text, or an object with parameters for the passphrase. */
  wraps: z.record(z.string(), z.json()),
});
export type KeyFile = z.infer<typeof keyFileSchema>;

const firstFormatSchema = z
  .object({ format: z.literal(1), wrap: z.string(), key: z.string() })
  .transform(({ wrap, key }): KeyFile => ({ format: 2, id: null, wraps: { [wrap]: key } }));

const anyFormatSchema = z.object({ format: z.int().min(3) });

/** `unreachable`: it is there, but the system does not let it be read; `newer`: only a later program understands it. */
export type FoundKeyFile =
  | { readonly kind: 'none' | 'damaged' | 'newer' }
  | { readonly kind: 'unreachable'; readonly errno: string }
  | { readonly kind: 'found'; readonly file: KeyFile };

const OWNER_ONLY = 0o600;
/** Far more than any wraps take; more is no key file. */
const MOST_BYTES = 65_536;

/** Where the key of a data folder lies. */
export function keyFilePath(dataFolder: string): string {
  return join(dataFolder, 'keys', 'data.key');
}

/** Reads the key file; sets its mode to 0600, and removes what a write that was cut short left beside it. */
export function readKeyFile(path: string): FoundKeyFile {
  let text: string;
  removeTemporary(path);
  try {
    if (!existsSync(path)) return { kind: 'none' };
    chmodSync(path, OWNER_ONLY);
    if (statSync(path).size > MOST_BYTES) return { kind: 'damaged' };
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { kind: 'unreachable', errno: errnoOf(error) };
  }
  const json = tryJson(text);
  const file = z.union([keyFileSchema, firstFormatSchema]).safeParse(json);
  if (file.success) return { kind: 'found', file: file.data };
  return { kind: anyFormatSchema.safeParse(json).success ? 'newer' : 'damaged' };
}

/**
 * Replaces the key file in one step, durably and readable by its owner only, and reads it back: a kill at any moment leaves the old or
 * the new one. Throws `folder_not_writable`, with the old file in place.
 */
export function writeKeyFile(path: string, file: KeyFile): void {
  const temporary = temporaryName(path);
  const text = `${JSON.stringify(file)}\n`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(temporary, { force: true });
    const fd = openSync(temporary, 'wx', OWNER_ONLY);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (readFileSync(temporary, 'utf8') !== text) throw new Error('what was read back is not what was written');
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    throw notWritable(cause);
  }
}

/** Renames the key file, where there is one, to a free name beside it. Throws `folder_not_writable`. */
export function setKeyFileAside(path: string): void {
  if (!existsSync(path)) return;
  let number = 1;
  while (existsSync(`${path}.unreadable-${number}`)) number++;
  try {
    renameSync(path, `${path}.unreadable-${number}`);
  } catch (cause) {
    throw notWritable(cause);
  }
}

/** It may hold a wrap that was to be removed. */
function removeTemporary(path: string): void {
  try {
    rmSync(temporaryName(path), { force: true });
  } catch {
    // Reading goes on without; the next write says what is in the way.
  }
}

/** Makes the rename survive a power cut. Windows has no such call: its file system keeps a journal of names. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function temporaryName(path: string): string {
  return `${path}.new`;
}

function notWritable(cause: unknown): AppError {
  return new AppError(
    'folder_not_writable',
    `The key of the stored secrets cannot be written (${errnoOf(cause)}). Check free space and the owner of keys/ in the data folder.`,
    { cause },
  );
}

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
