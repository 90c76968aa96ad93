import { describe, expect, it } from 'vitest';
import type { Permission } from '../../../engine/contract/access.ts';
import { mayIn, NEEDS, permissionsIn } from '../../../engine/vfs/permissions.ts';

const account = (permissions: Record<string, Permission[]>): { permissions: Record<string, Permission[]> } => ({ permissions });

describe('permissions', () => {
  it('take the nearest entry, which replaces those above it', () => {
    const partner = account({ '/': ['list', 'download'], '/inbox': ['upload'], '/inbox/done': [] });
    expect(permissionsIn(partner, '/')).toEqual(['list', 'download']);
    expect(permissionsIn(partner, '/other/deep')).toEqual(['list', 'download']);
    expect(permissionsIn(partner, '/inbox')).toEqual(['upload']);
    expect(permissionsIn(partner, '/inbox/2026')).toEqual(['upload']);
    expect(permissionsIn(partner, '/inbox/done/x')).toEqual([]);
    expect(permissionsIn(partner, '/inboxes')).toEqual(['list', 'download']);
  });

  it('deny everything without any entry', () => {
    expect(mayIn(account({}), '/', NEEDS.list)).toBe(false);
  });

  it.each<[keyof typeof NEEDS, Permission[], boolean]>([
    ['upload', ['*'], true],
    ['upload', ['upload'], true],
    ['upload', ['overwrite'], false],
    ['overwrite', ['upload'], false],
    ['overwrite', ['overwrite'], false],
    ['overwrite', ['upload', 'overwrite'], true],
    ['deleteFile', ['delete'], true],
    ['deleteFile', ['delete_files'], true],
    ['deleteFile', ['delete_dirs'], false],
    ['deleteDirectory', ['delete_dirs'], true],
    ['deleteDirectory', ['delete_files'], false],
    ['renameFile', ['rename_files'], true],
    ['renameFile', ['rename_dirs'], false],
    ['renameDirectory', ['rename'], true],
    ['renameDirectory', ['upload', 'delete'], false],
    ['mkdir', ['upload'], false],
    ['mkdir', ['create_dirs'], true],
    ['chmod', ['chtimes'], false],
    ['chtimes', ['chtimes'], true],
    ['copy', ['copy'], true],
    ['copy', ['upload', 'download'], false],
    ['list', ['download'], false],
    ['download', ['download'], true],
  ])('%s with %j: %s', (need, held, allowed) => {
    expect(mayIn(account({ '/': held }), '/', NEEDS[need])).toBe(allowed);
  });
});
