import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { networkFileSystem, openDatabase } from '../../../engine/store/database.ts';
import { openStore } from '../../../engine/store/index.ts';
import { lockInstance } from '../../../engine/store/instance-lock.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('the store', () => {
  it('commits all of a transaction or nothing', async () => {
    const store = openStore(temporaryFolder());
    onTestFinished(() => store.close());
    expect(() =>
      store.transaction(() => {
        store.tables.sessions.open(null, 1);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.tables.sessions.endAll(2)).toBe(0);
    await expect(store.reader.read('events.search', { limit: 1 })).resolves.toMatchObject({ events: [], newestId: 0 });
  });

  it('answers pending reads with an error when it is closed', async () => {
    const store = openStore(temporaryFolder());
    const read = store.reader.read('events.search', { limit: 1 }).then(
      () => 'answered',
      (error: unknown) => (error as { code: string }).code,
    );
    await store.close();
    expect(await read).toBe('internal');
    await expect(store.reader.read('events.search', { limit: 1 })).rejects.toThrow(refused('internal'));
  });

  it('says that a damaged database is damaged, and leaves it as it is', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'gatehouse.db'), 'this is no database at all, but long enough to be looked at '.repeat(100));
    expect(() => openStore(folder)).toThrow(refused('database_damaged'));
    expect(readFileSync(join(folder, 'gatehouse.db'), 'utf8')).toMatch(/^this is no database/);
  });

  it('finds damage inside a file that begins well', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'gatehouse.db');
    openDatabase(file).close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 + 8, 4096 * 4);
    writeFileSync(file, bytes);
    expect(() => openDatabase(file)).toThrow(refused('database_damaged'));
  });

  it('is readable by its owner only', () => {
    const file = join(temporaryFolder(), 'gatehouse.db');
    const db = openDatabase(file);
    expect(['', '-wal', '-shm'].map((suffix) => statSync(file + suffix).mode & 0o077)).toEqual([0, 0, 0]);
    db.close();
  });

  it('says that the folder cannot be written', () => {
    // Nobody can create files there, root included.
    expect(() => openStore('/proc/self/task')).toThrow(refused('folder_not_writable'));
  });
});

describe('the instance lock', () => {
  it('keeps a second engine off, until the first lets go', () => {
    const folder = temporaryFolder();
    const lock = lockInstance(folder);
    expect(() => lockInstance(folder)).toThrow(refused('already_running'));
    lock.release();
    lockInstance(folder).release();
  });

  it('is free at once after a kill', async () => {
    const folder = temporaryFolder();
    const url = new URL('../../../engine/store/instance-lock.ts', import.meta.url).href;
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { lockInstance } from '${url}'; lockInstance('${folder}'); console.log('held'); setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');
    expect(() => lockInstance(folder)).toThrow(refused('already_running'));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockInstance(folder).release();
  });
});

describe('a network file system', () => {
  it.each([
    ['NFS', 0x6969, true],
    ['CIFS, as a negative number', 0xff534d42 | 0, true],
    ['SMB2', 0xfe534d42, true],
    ['9P', 0x01021997, true],
    ['ext4', 0xef53, false],
    ['tmpfs', 0x01021994, false],
    ['btrfs', 0x9123683e, false],
    ['NTFS on Windows', 0, false],
  ])('%s is refused: %s → %s', (_name, type, isRefused) => {
    expect(networkFileSystem(type) !== undefined).toBe(isRefused);
  });
});
