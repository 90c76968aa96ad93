import { createReadStream, rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { createGzip } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import { AppError } from '../contract/errors.ts';
import type { Progress } from '../contract/push.ts';
import type { Backup } from '../contract/methods/backups.ts';
import type { Output } from '../contract/rpc.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { through } from '../lib/through.ts';
import { VERSION } from '../lib/version.ts';
import type { DataKey } from '../store/data-key.ts';
import type { Store } from '../store/index.ts';
import { HEAD_BYTES, newHead, readHead, sealBackup } from './backup-file.ts';
import { backupName, isBackupName } from './backup-name.ts';
import { type SeriesFile, writeSeries } from './file-series.ts';

export type BackupOptions = {
  /** Events and runs too. */
  readonly includeLog: boolean;
  /** How many backups of this installation stay in the folder, this one included. */
  readonly keep: number;
};

export type MadeBackup = Backup & { readonly path: string; readonly removed: readonly string[] };

/** Backups of the database, the host keys and the certificates; partners' files are not in them. */
export type Backups = {
  /**
   * Makes one and removes the oldest of this installation beyond `keep`. It appears under its name when it is complete and on the disk.
   * Rejects with `conflict` where no recovery passphrase is set, `busy` while another is made, `folder_missing`, the disk's reasons, or the
   * signal's.
   */
  create(options: BackupOptions, signal: AbortSignal): Promise<MadeBackup>;
  /** Those in the folder, the newest first. */
  list(): Promise<Output<'backups.list'>>;
};

/** Files of keys/ that a backup does without: the key of the stored secrets stands in its head, under the passphrase. */
const LEFT_OUT = /^(data\.key.*|\..*)$/;
const PROGRESS_EVERY_BYTES = 4 * 1024 * 1024;

export function createBackups(services: {
  readonly store: Store;
  readonly dataFolder: string;
  /** Of the settings; empty for `backups` inside the data folder. */
  readonly folder: () => string;
  readonly key: DataKey;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: (progress: Progress) => void;
}): Backups {
  const { store, dataFolder, key, clock, log, publish } = services;
  const workFolder = join(dataFolder, '.backup');
  // A kill may have left a copy of the database in it.
  rmSync(workFolder, { recursive: true, force: true });
  let working = false;

  const folderOf = (): string => backupFolderOf(services.folder(), dataFolder);

  async function create({ includeLog, keep }: BackupOptions, signal: AbortSignal): Promise<MadeBackup> {
    const { key: dataKey, id: keyId, wrap } = key.forBackup();
    const folder = folderOf();
    await prepareFolder(folder, services.folder() === '');
    const now = clock.now();
    const progress = { work: 'backup' as const, id: randomUUID(), title: 'Backup', total: null };
    const path = join(folder, backupName(now));
    publish({ ...progress, done: 0, state: 'running' });
    try {
      await mkdir(workFolder, { mode: 0o700 });
      const snapshot = join(workFolder, 'gatehouse.db');
      await store.snapshot({ target: snapshot, includeLog }, signal);
      const files = [{ name: 'gatehouse.db', path: snapshot }, ...(await keyFiles(join(dataFolder, 'keys')))];
      const head = newHead({ version: VERSION, madeAt: isoTime(now), keyId, wrap, includesLog: includeLog });
      const content = through(writeSeries(files), createGzip());
      const bytes = await writeWhole(path, sealBackup(head, dataKey, content), signal, (done) =>
        publish({ ...progress, done, state: 'running' }),
      );
      const removed = await removeOldest(folder, keyId, keep, log);
      publish({ ...progress, done: bytes, total: bytes, state: 'done' });
      return { name: backupName(now), path, bytes, madeAt: head.madeAt, includesLog: includeLog, isOurs: true, removed };
    } catch (error) {
      publish({ ...progress, done: 0, state: 'failed' });
      throw diskError(error, folder);
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
  }

  return {
    async create(options, signal) {
      if (working) throw new AppError('busy', 'A backup is being made already. Wait until it is complete.');
      working = true;
      try {
        return await create(options, signal);
      } finally {
        working = false;
      }
    },
    async list() {
      const folder = folderOf();
      const { state, passphraseSet } = key.state();
      const own = state === 'open' && passphraseSet ? key.forBackup().id : null;
      return {
        folder,
        passphraseSet,
        backups: (await backupsIn(folder)).map(({ keyId, ...backup }) => ({ ...backup, isOurs: keyId === own })),
      };
    },
  };
}

/** Where backups go: the folder of the settings, else `backups` inside the data folder. */
export function backupFolderOf(setting: string, dataFolder: string): string {
  return setting === '' ? join(dataFolder, 'backups') : setting;
}

/** Refuses, at the field `backup.folder`, a folder that is not there, or that partners could reach. */
export async function checkBackupFolder(setting: string, exchangeFolder: string): Promise<void> {
  const refuse = (words: string): AppError => new AppError('invalid_input', words, { field: 'backup.folder' });
  if (setting === '') return;
  if (!isAbsolute(setting)) throw refuse('Give the absolute path of the folder for backups, or leave it empty.');
  const way = relative(exchangeFolder, setting);
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)))
    throw refuse('Backups may not lie in the exchange folder, where partners could reach them. Choose another folder.');
  const found = await stat(setting).catch(() => null);
  if (found?.isDirectory() !== true) throw refuse('There is no such folder. Create it first, or choose another.');
}

async function prepareFolder(folder: string, isDefault: boolean): Promise<void> {
  if (isDefault) await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() !== true)
    throw new AppError(
      'folder_missing',
      'The folder for backups is not there. Connect its disk, or choose another under Settings, Backup.',
    );
}

/** Host keys, certificates and whatever else lies in the folder of the keys. */
async function keyFiles(folder: string): Promise<SeriesFile[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: ['keys', ...relative(folder, path).split(sep)].join('/'), path };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Writes beside the name first, syncs, renames: what bears the name is whole. Resolves with its bytes. */
async function writeWhole(
  path: string,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  report: (done: number) => void,
): Promise<number> {
  const temporary = `${path}.part`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  let bytes = 0;
  let reported = 0;
  try {
    try {
      for await (const chunk of source) {
        signal.throwIfAborted();
        await file.writeFile(chunk);
        bytes += chunk.length;
        if (bytes - reported < PROGRESS_EVERY_BYTES) continue;
        reported = bytes;
        report(bytes);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

type FoundBackup = Omit<Backup, 'isOurs'> & { readonly keyId: string };

/** The newest first; what only looks like a backup by its name is left out. */
async function backupsIn(folder: string): Promise<FoundBackup[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const found: FoundBackup[] = [];
  for (const name of names.filter(isBackupName)) {
    try {
      const path = join(folder, name);
      const { head } = readHead(await firstBytes(path));
      const { madeAt, keyId, includesLog } = head;
      found.push({ name, bytes: (await stat(path)).size, madeAt, includesLog, keyId });
    } catch {
      // Somebody else's file, or one that is being copied.
    }
  }
  return found.sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
}

async function firstBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: HEAD_BYTES - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Only backups of this installation count: several may share a folder. */
async function removeOldest(folder: string, keyId: string, keep: number, log: Logger): Promise<string[]> {
  const own = (await backupsIn(folder)).filter((backup) => backup.keyId === keyId);
  const removed: string[] = [];
  for (const { name } of own.slice(keep)) {
    try {
      await rm(join(folder, name));
      removed.push(name);
    } catch (error) {
      // The new backup is there; the next one tries again.
      log.warn('an old backup could not be removed', error);
    }
  }
  return removed;
}

function diskError(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof AppError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('no_space', 'There is not enough space for the backup.', { cause: error });
  return new AppError('folder_not_writable', `The backup cannot be written to ${folder} (${code}). Check the owner of that folder.`, {
    cause: error,
  });
}
