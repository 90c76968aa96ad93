import { describe, expect, it } from 'vitest';
import { initials } from '../../../renderer/ui/initials.ts';

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
