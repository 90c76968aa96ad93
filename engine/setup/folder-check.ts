import { randomBytes } from 'node:crypto';
import { access, mkdir, open, realpath, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CheckRow } from '../contract/methods/setup.ts';
import { placeProblem, type Surroundings, syncService } from './folder-place.ts';
import { checkRow, sizeWords } from './rows.ts';
import type { RunProgram } from './run-program.ts';
import { volumeOf } from './volume.ts';

export type FolderCheckServices = { readonly around: Surroundings; readonly run: RunProgram };

const LITTLE_SPACE_BYTES = 2e9;

const place = checkRow('folder.place', 'Place');
const work = checkRow('folder.write', 'Create, write, rename, delete');
const space = checkRow('folder.space', 'Free space');
const disk = checkRow('folder.disk', 'Kind of disk');
const cloud = checkRow('folder.cloud', 'Copied to a cloud');
const letterCase = checkRow('folder.case', 'Capital and small letters');

/**
 * Whether a folder can be the exchange folder: one row per question. `create` makes its last component where it is missing. Nothing is left
 * behind in it. Rejects for defects of ours only.
 */
export async function checkFolder(path: string, create: boolean, { around, run }: FolderCheckServices): Promise<CheckRow[]> {
  const problem = placeProblem(path, around);
  if (problem !== null) return [place.failed(problem)];
  const folder = resolve(path);
  // A link may lead to where a plain path may not.
  const realAround = { ...around, dataFolder: await realpath(around.dataFolder).catch(() => around.dataFolder) };
  const missing = await makeOrFind(folder, create, realAround);
  if (missing !== null) return [missing];
  const real = await realpath(folder);
  const realProblem = placeProblem(real, realAround);
  if (realProblem !== null) return [place.failed(`It is a link to ${real}. ${realProblem}`)];
  const probed = await probe(real);
  return [
    place.passed(real === folder ? 'The folder is there.' : `The folder is there; it is a link to ${real}.`),
    ...probed,
    await freeSpace(real),
    await kindOfDisk(real, run),
    ...cloudCopy(folder, real),
  ];
}

/** The row that says why there is no such folder; null when there is one. */
async function makeOrFind(folder: string, create: boolean, around: Surroundings): Promise<CheckRow | null> {
  if (create) {
    try {
      // Made in the real parent, which must be a fit place itself.
      const parent = await realpath(dirname(folder));
      if (placeProblem(join(parent, 'new'), around) !== null)
        return place.failed(`The folder ${dirname(folder)} leads to ${parent}, which is no place for files of partners. Choose another.`);
      await mkdir(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT')
        return place.failed(
          `The folder ${dirname(folder)}, in which it should lie, does not exist. Create that one first, or choose another.`,
        );
      if (code !== 'EEXIST') return place.failed(`The folder cannot be made: ${reason(code)}`);
    }
  }
  const found = await stat(folder).catch((error: unknown) => error as NodeJS.ErrnoException);
  if (!(found instanceof Error))
    return found.isDirectory() ? null : place.failed('There is a file of this name, not a folder. Choose another name.');
  if (found.code !== 'ENOENT') return place.failed(`The folder cannot be looked at: ${reason(found.code)}`);
  const canBeMade = await stat(dirname(folder)).then(
    (parent) => parent.isDirectory(),
    () => false,
  );
  return canBeMade
    ? place.failed('The folder does not exist yet.', { id: 'create-folder', title: 'Create the folder', value: folder })
    : place.failed(`Neither the folder nor ${dirname(folder)} exists. Choose another, or connect the disk it should lie on.`);
}

/** Does with a hidden file what uploads do, and looks whether another case finds the same file. */
async function probe(folder: string): Promise<CheckRow[]> {
  const name = `.gatehouse-probe-${randomBytes(6).toString('hex')}`;
  const written = join(folder, name);
  const renamed = join(folder, `${name}-renamed`);
  try {
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile('Gatehouse tries whether files can be kept here.\n');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, renamed);
    const isFolded = await access(join(folder, `${name}-RENAMED`)).then(
      () => true,
      () => false,
    );
    await rm(renamed);
    return [
      work.passed('A test file was made, written to the disk, renamed and deleted.'),
      isFolded
        ? letterCase.warning('Here Invoice.pdf and invoice.pdf are the same file: one that a partner sends can replace the other.')
        : letterCase.passed('Invoice.pdf and invoice.pdf are two files, as partners may expect.'),
    ];
  } catch (error) {
    return [work.failed(reason((error as NodeJS.ErrnoException).code))];
  } finally {
    await Promise.all([written, renamed].map((path) => rm(path, { force: true }).catch(() => undefined)));
  }
}

function reason(code: string | undefined): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'Gatehouse may not do that here. Change the owner or permissions of the folder, or choose another.';
    case 'EROFS':
      return 'The disk can only be read. Make it writable or choose another folder.';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full. Free space on it or choose another folder.';
    case 'ENAMETOOLONG':
      return 'The path is too long for this system. Choose a shorter one.';
    default:
      return `The system reports ${code ?? 'an unknown error'}. Check the disk or choose another folder.`;
  }
}

async function freeSpace(folder: string): Promise<CheckRow> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  return free < LITTLE_SPACE_BYTES
    ? space.warning(`Only ${sizeWords(free)} are free. Free space on this disk, or choose a folder on another.`)
    : space.passed(`${sizeWords(free)} are free.`);
}

async function kindOfDisk(folder: string, run: RunProgram): Promise<CheckRow> {
  const { kind, fileSystem } = await volumeOf(folder, run);
  const named = fileSystem === '' ? '' : ` (${fileSystem})`;
  switch (kind) {
    case 'network':
      return disk.warning(
        `This is a network drive${named}: when it is away, nobody can sign in, and what is written may be lost. Better choose a disk of this machine.`,
      );
    case 'removable':
      return disk.warning(
        `This disk can be pulled out${named}: while it is away, nobody can sign in. Better choose a disk that stays in the machine.`,
      );
    case 'memory':
      return disk.failed(`This folder lies in memory${named}: its files are gone after a restart. Choose a folder on a disk.`);
    case 'fixed':
      return disk.passed(`A disk of this machine${named}.`);
    case 'unknown':
      return disk.passed('What kind of disk it is could not be found out.');
  }
}

function cloudCopy(...paths: readonly string[]): CheckRow[] {
  const service = paths.map(syncService).find((found) => found !== null);
  if (service === undefined) return [];
  return [
    cloud.warning(
      `The folder seems to be copied by ${service}: files of partners would leave the office, and its client can lock or move files while they arrive. Better choose a folder outside of it.`,
    ),
  ];
}
