import { describe, expect, it } from 'vitest';
import { initials } from '../../../renderer/ui/avatar.tsx';
import { rowAfter } from '../../../renderer/ui/row-keys.ts';

describe('moving between rows', () => {
  it('stays within the list', () => {
    expect(rowAfter('next', -1, 3)).toBe(0);
    expect(rowAfter('next', 2, 3)).toBe(2);
    expect(rowAfter('previous', 0, 3)).toBe(0);
    expect(rowAfter('first', 2, 3)).toBe(0);
    expect(rowAfter('last', 0, 3)).toBe(2);
  });
});

describe('initials', () => {
  it.each([
    ['Acme Ltd', 'AL'],
    ['NovaPrint', 'NO'],
    ['brandt-steuerberatung', 'BS'],
    ['Éclair', 'ÉC'],
    ['x', 'X'],
    ['', '?'],
  ])('of %j are %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});
