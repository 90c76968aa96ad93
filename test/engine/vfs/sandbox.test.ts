import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DescriptorDirectory, PathDirectory } from '../../../engine/vfs/sandbox/directory.ts';
import { openJail } from '../../../engine/vfs/sandbox/index.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

function tree(): { root: string; outside: string } {
  const folder = temporaryFolder();
  const root = join(folder, 'home');
  const outside = join(folder, 'outside');
  mkdirSync(join(root, 'a', 'b'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, 'a', 'file'), 'inside');
  writeFileSync(join(outside, 'secret'), 'outside');
  symlinkSync(outside, join(root, 'link'));
  symlinkSync('../outside', join(root, 'relative-link'));
  symlinkSync(join(outside, 'secret'), join(root, 'file-link'));
  symlinkSync('a', join(root, 'inner-link'));
  return { root, outside };
}

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

describe.each([
  ['by descriptors', DescriptorDirectory],
  ['by checked paths', PathDirectory],
])('the jail %s', (_name, kind) => {
  it('opens folders below the root step by step', async () => {
    const { root } = tree();
    const jail = openJail(root, kind);
    const directory = jail.open('/a');
    expect((await directory.names()).sort()).toEqual(['b', 'file']);
    const file = directory.openFile('file', 'read');
    const buffer = Buffer.alloc(6);
    expect(await file.read(buffer, 0)).toBe(6);
    expect(buffer.toString()).toBe('inside');
    file.close();
    directory.close();
    jail.close();
  });

  it.each(['/link', '/relative-link', '/link/secret', '/inner-link', '/inner-link/b'])('follows no link: %s', (path) => {
    const jail = openJail(tree().root, kind);
    expect(() => jail.open(path)).toThrow(/link|folder|not a folder/i);
    jail.close();
  });

  it('does not open a file through a link', () => {
    const jail = openJail(tree().root, kind);
    const directory = jail.open('/');
    expect(() => directory.openFile('file-link', 'read')).toThrow(refused('permission_denied'));
    expect(directory.lstat('file-link')?.isSymbolicLink()).toBe(true);
    directory.close();
    jail.close();
  });

  it('says which part of a path is missing or a file', () => {
    const jail = openJail(tree().root, kind);
    expect(() => jail.open('/none')).toThrow(refused('not_found'));
    expect(() => jail.open('/a/file')).toThrow(refused('not_a_directory'));
    jail.close();
  });

  it('creates a file only where none is', async () => {
    const { root } = tree();
    const jail = openJail(root, kind);
    const directory = jail.open('/a');
    expect(() => directory.openFile('file', 'create')).toThrow(refused('already_exists'));
    const file = directory.openFile('new', 'create');
    await file.write([Buffer.from('one '), Buffer.from(''), Buffer.from('two')], 0);
    file.close();
    expect(readFileSync(join(root, 'a', 'new'), 'utf8')).toBe('one two');
    directory.close();
    jail.close();
  });

  it('moves without overwriting, and never loses the source when the target is taken', async () => {
    const { root } = tree();
    writeFileSync(join(root, 'a', 'taken'), 'old');
    const jail = openJail(root, kind);
    const directory = jail.open('/a');
    await expect(directory.renameNew('file', directory, 'taken')).rejects.toThrow(refused('already_exists'));
    expect(readFileSync(join(root, 'a', 'taken'), 'utf8')).toBe('old');
    await directory.renameNew('file', directory, 'moved');
    expect(readFileSync(join(root, 'a', 'moved'), 'utf8')).toBe('inside');
    directory.close();
    jail.close();
  });
});

describe('the jail by descriptors', () => {
  it('stays in the folder it opened when a local process swaps it for a link meanwhile', async () => {
    const { root, outside } = tree();
    const jail = openJail(root);
    const directory = jail.open('/a');
    renameSync(join(root, 'a'), join(root, 'was-a'));
    symlinkSync(outside, join(root, 'a'));
    const file = directory.openFile('new', 'create');
    await file.write([Buffer.from('x')], 0);
    file.close();
    expect(readFileSync(join(root, 'was-a', 'new'), 'utf8')).toBe('x');
    expect(() => jail.open('/a')).toThrow(refused('not_a_directory'));
    directory.close();
    jail.close();
  });

  it('answers not_found when the root is deleted under it', () => {
    const { root } = tree();
    const jail = openJail(root);
    rmSync(root, { recursive: true });
    expect(() => jail.open('/a')).toThrow(refused('not_found'));
    jail.close();
  });
});
