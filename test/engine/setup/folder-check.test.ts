import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { macVolume, parseMountInfo, volumeOf } from '../../../engine/setup/volume.ts';
import { temporaryFolder } from '../../helpers/folders.ts';
import { TESTER } from '../../helpers/api.ts';
import { rowOf, startSetup, states } from './start-setup.ts';

describe('the folder check', () => {
  it('does there what uploads do, and leaves nothing', async () => {
    const { setup } = await startSetup();
    const folder = temporaryFolder();
    const rows = await setup.checkFolder({ path: folder, create: false });
    expect(states(rows)).toMatchObject({ 'folder.place': 'passed', 'folder.write': 'passed', 'folder.case': 'passed' });
    expect(rowOf(rows, 'folder.space')?.message).toMatch(/\d+(\.\d)? [kMGT]B are free/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('offers to make a missing folder, and makes its last component only', async () => {
    const { setup } = await startSetup();
    const parent = temporaryFolder();
    const folder = join(parent, 'File Exchange');
    const [row] = await setup.checkFolder({ path: folder, create: false });
    expect(row).toMatchObject({ state: 'failed', fix: { id: 'create-folder', value: folder } });
    expect(existsSync(folder)).toBe(false);
    expect(states(await setup.fix({ id: 'create-folder', value: folder }, TESTER))).toMatchObject({ 'folder.write': 'passed' });
    const tooDeep = join(parent, 'not', 'there');
    expect(await setup.checkFolder({ path: tooDeep, create: false })).toMatchObject([{ state: 'failed', fix: null }]);
    const [missing] = await setup.checkFolder({ path: tooDeep, create: true });
    expect(missing?.message).toContain('does not exist. Create that one first');
    expect(readdirSync(parent)).toEqual(['File Exchange']);
  });

  it("refuses what lies in Gatehouse's own data, through a link too", async () => {
    const { setup, dataFolder } = await startSetup();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(join(dataFolder, 'keys'), link);
    mkdirSync(join(dataFolder, 'keys'), { recursive: true });
    for (const path of [dataFolder, join(dataFolder, 'keys'), link, join(link, 'new')]) {
      const rows = await setup.checkFolder({ path, create: true });
      expect(states(rows), path).toEqual({ 'folder.place': 'failed' });
    }
    expect(existsSync(join(dataFolder, 'keys', 'new'))).toBe(false);
  });

  it('refuses a file, and a link to where no files belong', async () => {
    const { setup } = await startSetup();
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const [row] = await setup.checkFolder({ path: file, create: false });
    expect(row?.message).toContain('There is a file of this name');
    const link = join(temporaryFolder(), 'link');
    symlinkSync('/proc/self', link);
    const [linked] = await setup.checkFolder({ path: link, create: false });
    expect(linked?.message).toMatch(/^It is a link to \/proc\/\d+\. This folder belongs to the operating system/);
  });

  it('says why no file can be made there', async () => {
    const { setup } = await startSetup();
    // So deep that a file in it would have a longer path than the system takes.
    let folder = temporaryFolder();
    while (folder.length < 4080) folder = join(folder, 'x'.repeat(Math.min(250, 4085 - folder.length)));
    mkdirSync(folder, { recursive: true });
    const row = rowOf(await setup.checkFolder({ path: folder, create: false }), 'folder.write');
    expect(row).toMatchObject({ state: 'failed', message: 'The path is too long for this system. Choose a shorter one.' });
  });

  it('warns of a folder that a cloud service copies', async () => {
    const { setup } = await startSetup();
    const folder = join(temporaryFolder(), 'Dropbox');
    mkdirSync(folder);
    const row = rowOf(await setup.checkFolder({ path: folder, create: false }), 'folder.cloud');
    expect(row?.state).toBe('warning');
    expect(row?.message).toContain('Dropbox');
  });
});

describe('the kind of disk', () => {
  const none = () => Promise.resolve(null);

  it('is found for real folders of Linux', async () => {
    expect(await volumeOf('/dev/shm', none, 'linux')).toEqual({ kind: 'memory', fileSystem: 'tmpfs' });
    expect((await volumeOf('/', none, 'linux')).fileSystem).not.toBe('');
  });

  it('is unknown where nobody can be asked', async () => {
    expect((await volumeOf('/', none, 'darwin')).kind).toBe('unknown');
    expect((await volumeOf('C:\\x', none, 'win32')).kind).toBe('unknown');
  });

  it('reads the mounts of Linux with their escapes', () => {
    const line = '36 35 98:0 /mnt1 /mnt/two\\040words rw,noatime master:1 - nfs4 server:/x rw,errors=continue';
    expect(parseMountInfo(`${line}\n\n`)).toEqual([{ point: '/mnt/two words', device: '98:0', fileSystem: 'nfs4' }]);
  });

  it('is told apart on macOS', () => {
    const mounts = [
      '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
      '//office@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by office)',
      '/dev/disk4s1 on /Volumes/Stick (msdos, local, nodev, nosuid, noowners)',
    ].join('\n');
    expect(macVolume(mounts, '/Users/office')).toEqual({ kind: 'fixed', fileSystem: 'apfs' });
    expect(macVolume(mounts, '/Volumes/share/in')).toEqual({ kind: 'network', fileSystem: 'smbfs' });
    expect(macVolume(mounts, '/Volumes/Stick/in')).toEqual({ kind: 'removable', fileSystem: 'msdos' });
  });

  it('is told apart on Windows', async () => {
    const asked: string[] = [];
    const answer = (output: string) => (_: string, args: readonly string[]) => {
      asked.push(args.at(-1) ?? '');
      return Promise.resolve({ code: 0, output });
    };
    expect(await volumeOf('E:\\in', answer('Removable FAT32\r\n'), 'win32')).toEqual({ kind: 'removable', fileSystem: 'FAT32' });
    expect(await volumeOf('Z:\\in', answer('Network NTFS\r\n'), 'win32')).toEqual({ kind: 'network', fileSystem: 'NTFS' });
    expect(await volumeOf('\\\\server\\share\\in', answer(''), 'win32')).toEqual({ kind: 'network', fileSystem: '' });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain("DriveInfo]::new('E')");
  });
});
