import { describe, expect, test } from 'vitest';
import { accountInputSchema } from '../../../engine/contract/account.ts';
import { generatePassword, usernameFrom } from '../../../renderer/forms/partner/credentials.ts';

describe('generated passwords', () => {
  test('are 20 letters and digits in groups, without those that look alike, and never the same', () => {
    const made = Array.from({ length: 500 }, generatePassword);
    for (const password of made) expect(password).toMatch(/^([a-km-zA-HJ-NP-Z2-9]{5}-){3}[a-km-zA-HJ-NP-Z2-9]{5}$/);
    expect(new Set(made).size).toBe(made.length);
  });

  test('use every letter of their alphabet', () => {
    const letters = new Set(Array.from({ length: 500 }, generatePassword).join('').replaceAll('-', ''));
    expect(letters.size).toBe(56);
  });
});

describe('a user name made of a company’s name', () => {
  test.each([
    ['Acme Ltd', 'acme-ltd'],
    ['Müller & Söhne GmbH', 'mueller-soehne-gmbh'],
    ['  Żółć—Łódź  ', 'zo-c-odz'],
    ['株式会社', ''],
    ['---', ''],
    ['A'.repeat(300), 'a'.repeat(64)],
  ])('%s → %s', (company, username) => {
    expect(usernameFrom(company)).toBe(username);
    if (username !== '') expect(accountInputSchema.shape.username.safeParse(username).success).toBe(true);
  });
});
