import { describe, expect, it } from 'vitest';
import { placeProblem, type Surroundings, syncService } from '../../../engine/setup/folder-place.ts';

const around: Readonly<Record<'linux' | 'darwin' | 'win32', Surroundings>> = {
  linux: { platform: 'linux', dataFolder: '/home/office/.local/share/gatehouse', homeFolder: '/home/office', env: {} },
  darwin: {
    platform: 'darwin',
    dataFolder: '/Users/office/Library/Application Support/Gatehouse',
    homeFolder: '/Users/office',
    env: {},
  },
  win32: {
    platform: 'win32',
    dataFolder: 'C:\\Users\\office\\AppData\\Local\\Gatehouse',
    homeFolder: 'C:\\Users\\office',
    env: { SystemRoot: 'D:\\Windows', ProgramFiles: 'C:\\Program Files', ProgramData: 'C:\\ProgramData' },
  },
};

describe('the place of the exchange folder', () => {
  it.each<[keyof typeof around, string, string | null]>([
    ['linux', '/home/office/File Exchange', null],
    ['linux', '/srv/exchange', null],
    ['linux', '/run/media/office/disk/exchange', null],
    ['linux', 'exchange', 'whole path'],
    ['linux', '/', 'whole drive'],
    ['linux', '/home/..', 'whole drive'],
    ['linux', '/etc', 'operating system'],
    ['linux', '/usr/share/exchange', 'operating system'],
    ['linux', '/var', 'operating system'],
    ['linux', '/usrlocal/exchange', null],
    ['linux', '/home/office/', 'whole home folder'],
    ['linux', '/home/office/.local/share/gatehouse', 'own data'],
    ['linux', '/home/office/.local/share/gatehouse/keys', 'own data'],
    ['linux', '/home/office/.local', 'own data'],
    ['linux', '/home/office/.local/share/gatehouse/exchange', null],
    ['darwin', '/Users/office/File Exchange', null],
    ['darwin', '/Volumes/Disk', 'whole drive'],
    ['darwin', '/Volumes/Disk/Exchange', null],
    ['darwin', '/Library/Exchange', 'operating system'],
    ['win32', 'C:\\Users\\office\\File Exchange', null],
    ['win32', 'E:\\Exchange', null],
    ['win32', '\\\\server\\share\\Exchange', null],
    ['win32', 'C:\\', 'whole drive'],
    ['win32', 'C:', 'whole path'],
    ['win32', '\\\\server\\share', 'whole drive'],
    ['win32', 'd:\\windows\\System32', 'operating system'],
    ['win32', 'c:\\program files\\Exchange', 'operating system'],
    ['win32', 'c:\\users\\OFFICE\\appdata\\local\\gatehouse\\keys', 'own data'],
  ])('%s: %s', (platform, path, words) => {
    const problem = placeProblem(path, around[platform]);
    if (words === null) expect(problem).toBeNull();
    else expect(problem).toContain(words);
  });
});

describe('folders that are copied to a cloud', () => {
  it.each([
    ['C:\\Users\\office\\OneDrive - Acme Ltd\\Exchange', 'OneDrive'],
    ['/home/office/Dropbox/in', 'Dropbox'],
    ['/Users/office/Library/Mobile Documents/com~apple~CloudDocs/in', 'iCloud Drive'],
    ['/Users/office/Library/CloudStorage/Box/in', 'a cloud service'],
    ['G:\\My Drive\\in', 'Google Drive'],
    ['/home/office/Nextcloud2/in', 'Nextcloud'],
    ['/home/office/Dropbox-old/in', null],
    ['/home/office/File Exchange', null],
  ])('%s', (path, service) => {
    expect(syncService(path)).toBe(service);
  });
});
