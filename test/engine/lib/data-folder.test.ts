import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultDataFolder, prepareDataFolder } from '../../../engine/lib/data-folder.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

test.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
  ['linux', {}, join(homedir(), '.local/share/gatehouse')],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/gatehouse'],
  ['linux', { XDG_DATA_HOME: 'relative' }, join(homedir(), '.local/share/gatehouse')],
  ['darwin', { XDG_DATA_HOME: '/data' }, join(homedir(), 'Library/Application Support/Gatehouse')],
  ['win32', { LOCALAPPDATA: '/local' }, '/local/Gatehouse'],
])('on %s with %j data lies in %s', (platform, env, folder) => expect(defaultDataFolder(env, platform)).toBe(folder));

test('a new folder is for its owner only; those above are made for the default place alone', () => {
  const parent = temporaryFolder();
  expect(prepareDataFolder(join(parent, 'new'), { isDefault: false })).toBe(join(parent, 'new'));
  expect(statSync(join(parent, 'new')).mode & 0o777).toBe(0o700);
  expect(() => prepareDataFolder(join(parent, 'a', 'b'), { isDefault: false })).toThrow(
    expect.objectContaining({ code: 'folder_missing' }),
  );
  expect(existsSync(join(parent, 'a'))).toBe(false);
  prepareDataFolder(join(parent, 'a', 'b'), { isDefault: true });
  expect(existsSync(join(parent, 'a', 'b'))).toBe(true);
});
