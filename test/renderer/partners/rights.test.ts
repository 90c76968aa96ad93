import { describe, expect, test } from 'vitest';
import type { Permission } from '../../../engine/contract/access.ts';
import { includesRight, rightsInWords, withRight } from '../../../renderer/features/partners/rights.ts';
import { PARTNER_TEMPLATES, templateOf } from '../../../renderer/forms/partner/templates.ts';

describe('rights as switches', () => {
  test.each<[permissions: Permission[], right: Exclude<Permission, '*'>, held: boolean]>([
    [['*'], 'chmod', true],
    [['list'], 'list', true],
    [['list'], 'download', false],
    [['delete'], 'delete_dirs', true],
    [['delete_files'], 'delete', false],
    [['rename'], 'rename_files', true],
  ])('%j holds %s: %s', (permissions, right, held) => {
    expect(includesRight(permissions, right)).toBe(held);
  });

  test('taking one right from everything leaves all the others', () => {
    const left = withRight(['*'], 'download', false);
    expect(left).not.toContain('*');
    expect(includesRight(left, 'download')).toBe(false);
    for (const right of ['list', 'upload', 'delete_files', 'rename_dirs', 'share'] as const) expect(includesRight(left, right)).toBe(true);
  });

  test('taking one half of a whole leaves the other', () => {
    expect(withRight(['list', 'delete'], 'delete_dirs', false)).toEqual(['list', 'delete_files']);
  });

  test('a whole takes the place of its halves', () => {
    expect(withRight(['delete_files', 'list'], 'delete', true)).toEqual(['list', 'delete']);
  });

  test('are read as words', () => {
    expect(rightsInWords(['list', 'create_dirs'])).toBe('see names, make folders');
    expect(rightsInWords(['*'])).toBe('everything');
    expect(rightsInWords([])).toBe('nothing');
  });
});

describe('templates', () => {
  test('are recognised whatever the order, and nothing else is taken for one', () => {
    for (const [name, rights] of Object.entries(PARTNER_TEMPLATES)) expect(templateOf([...rights].reverse())).toBe(name);
    expect(templateOf(['list'])).toBeNull();
    expect(templateOf([...PARTNER_TEMPLATES['pick-up'], 'upload'])).toBeNull();
  });
});
