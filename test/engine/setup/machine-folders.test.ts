import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, listFolders } from '../../../engine/setup/machine-folders.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

describe('choosing a folder of the machine', () => {
  it('lists folders by name, without files and hidden ones', async () => {
    const folder = temporaryFolder();
    for (const name of ['b 10', 'b 9', 'Äpfel', '.hidden']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'b 9'), join(folder, 'link'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
    const found = await listFolders(folder);
    expect(found).toMatchObject({ path: folder, parent: dirname(folder), truncated: false });
    expect(found.folders.map(({ name }) => name)).toEqual(['Äpfel', 'b 9', 'b 10', 'link']);
    expect(found.folders[0]?.path).toBe(join(folder, 'Äpfel'));
  });

  it('starts at home and ends at the root', async () => {
    expect((await listFolders('')).path).toBe(homedir());
    expect(await listFolders('/')).toMatchObject({ path: '/', parent: null });
  });

  it('stops at a thousand, and says so', async () => {
    const folder = temporaryFolder();
    for (let index = 0; index < 1001; index++) mkdirSync(join(folder, String(index)));
    const found = await listFolders(folder);
    expect(found.folders).toHaveLength(1000);
    expect(found.truncated).toBe(true);
  });

  it.each([
    ['relative', 'invalid_input'],
    ['/no/such/folder', 'not_found'],
    ['/etc/hostname', 'not_a_directory'],
    ['/tmp/\0', 'invalid_input'],
  ])('refuses %j in words', async (path, code) => {
    await expect(listFolders(path)).rejects.toMatchObject({ code, field: 'path' });
  });

  it('makes a folder', async () => {
    const folder = realpathSync(temporaryFolder());
    expect(await createFolder(folder, 'File Exchange')).toEqual({ path: join(folder, 'File Exchange') });
    await expect(createFolder(folder, 'File Exchange')).rejects.toMatchObject({ code: 'already_exists', field: 'name' });
    await expect(createFolder(join(folder, 'missing'), 'x')).rejects.toMatchObject({ code: 'not_found', field: 'parent' });
    await expect(createFolder(folder, 'x'.repeat(300))).rejects.toMatchObject({ code: 'invalid_name', field: 'name' });
  });

  it.each([
    ['linux', '..'],
    ['linux', 'a/b'],
    ['linux', 'a\0'],
    ['win32', 'CON'],
    ['win32', 'a:b'],
    ['win32', 'ends.'],
  ] as const)('on %s the name %j is refused', async (platform, name) => {
    await expect(createFolder(temporaryFolder(), name, platform)).rejects.toMatchObject({ code: 'invalid_name', field: 'name' });
  });
});
