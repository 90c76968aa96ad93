import { describe, expect, it } from 'vitest';
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
