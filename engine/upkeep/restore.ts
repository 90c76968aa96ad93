import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError } from '../contract/errors.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import { through } from '../lib/through.ts';
import { isKeyOf, writeRestoredKey } from '../store/data-key.ts';
import { lockInstance } from '../store/instance-lock.ts';
import { openWithPassphrase } from '../store/passphrase-wrap.ts';
import { adoptRestored } from '../store/restored-database.ts';
import { type BackupHead, HEAD_BYTES, openBackup, readHead } from './backup-file.ts';
import { readSeries } from './file-series.ts';

export type RestoreOptions = {
  readonly file: string;
  readonly passphrase: string;
  /** There already, and writable. */
  readonly dataFolder: string;
  /** Sets what the folder holds aside instead of refusing. */
  readonly replace: boolean;
  /** Another place for the partners' files than the settings of the backup name. */
  readonly exchangeFolder?: string;
  readonly clock: Clock;
};

export type Restored = {
  readonly head: BackupHead;
  /** Where what was in the folder before lies now; null where it was empty. */
  readonly setAside: string | null;
};

type OpenedBackup = { readonly head: BackupHead; readonly dataKey: Buffer; readonly content: AsyncIterable<Uint8Array> };

/** The database with its side files, and the keys: what a restore replaces. Partners' files, logs and backups stay. */
const REPLACED = ['gatehouse.db', 'gatehouse.db-wal', 'gatehouse.db-shm', 'search.db', 'search.db-wal', 'search.db-shm', 'keys'];
const ALLOWED_NAME = /^(gatehouse\.db|keys(\/[\w-][\w.-]*)+)$/;

/**
 * Puts a backup into the data folder of a stopped engine. Everything is unpacked and checked beside its place first, so that a wrong
 * passphrase or a damaged file changes nothing. Rejects with `already_running`, `bad_credentials`, `invalid_input`, `conflict` where the
 * folder is in use and `replace` was not given, `database_newer`, and the disk's reasons.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { dataFolder, clock } = options;
  const lock = lockInstance(dataFolder);
  const work = join(dataFolder, '.restore');
  try {
    const found = (await readdir(dataFolder)).filter((name) => REPLACED.includes(name));
    if (found.length > 0 && !options.replace)
      throw new AppError(
        'conflict',
        'There is a Gatehouse in this data folder already. Choose an empty folder with --data, or set it aside with --replace.',
      );
    const { head, dataKey, content } = await openWith(options.file, options.passphrase);
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { mode: 0o700 });
    await unpack(content, work);
    writeRestoredKey(work, dataKey, head.wrap);
    adoptRestored(join(work, 'gatehouse.db'), {
      at: clock.now(),
      ...(options.exchangeFolder === undefined ? {} : { exchangeFolder: options.exchangeFolder }),
    });
    const setAside = found.length === 0 ? null : await putAside(dataFolder, found, clock);
    // The database last: without it there is nothing that could start on half of a backup.
    for (const name of ['keys', 'gatehouse.db']) await rename(join(work, name), join(dataFolder, name));
    return { head, setAside };
  } finally {
    await rm(work, { recursive: true, force: true });
    lock.release();
  }
}

/** Reads a backup to its end and checks every byte; changes nothing. Rejects with `bad_credentials` or `invalid_input`. */
export async function checkBackup(file: string, passphrase: string): Promise<{ readonly head: BackupHead; readonly bytes: number }> {
  const { head, content } = await openWith(file, passphrase);
  let bytes = 0;
  await inWords(async () => {
    for await (const chunk of content) bytes += chunk.length;
  });
  return { head, bytes };
}

async function openWith(file: string, passphrase: string): Promise<OpenedBackup> {
  const start = await firstBytes(file);
  const found = readHead(start);
  const dataKey = await openWithPassphrase(found.head.wrap, passphrase);
  if (dataKey === undefined || !isKeyOf(dataKey, found.head.keyId))
    throw new AppError(
      'bad_credentials',
      'The passphrase does not open this backup. Give the recovery passphrase that was set when it was made.',
    );
  const sealed = createReadStream(file, { start: found.lines.length });
  return { head: found.head, dataKey, content: through(openBackup(found, dataKey, sealed), createGunzip()) };
}

async function firstBytes(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new AppError('not_found', `The backup ${file} cannot be read (${code}). Check the path.`, { cause });
  }
}

async function unpack(content: AsyncIterable<Uint8Array>, work: string): Promise<void> {
  await inWords(async () => {
    const names = await readSeries(content, async (name) => {
      if (!ALLOWED_NAME.test(name)) throw new AppError('invalid_input', `The backup holds a file that is none of its own: ${name}.`);
      const path = join(work, name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return path;
    });
    if (!names.includes('gatehouse.db')) throw new AppError('invalid_input', 'The backup holds no database. Use another one.');
  });
}

/** What zlib finds wrong is the backup's fault. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (/^Z_|^ERR_/.test(String((error as NodeJS.ErrnoException).code)) && !(error instanceof AppError))
      throw new AppError('invalid_input', 'The backup is damaged and cannot be unpacked. Use another copy of it.', { cause: error });
    throw error;
  }
}

async function putAside(dataFolder: string, names: readonly string[], clock: Clock): Promise<string> {
  const stamp = isoTime(clock.now()).replaceAll(/[:.]/g, '-');
  const folder = join(dataFolder, `replaced-${stamp}`);
  await mkdir(folder, { mode: 0o700 });
  for (const name of names) await rename(join(dataFolder, name), join(folder, name));
  return folder;
}
