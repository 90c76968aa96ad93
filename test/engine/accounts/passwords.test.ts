import { expect, test } from 'vitest';
import { createPasswords } from '../../../engine/accounts/passwords.ts';

test('a hash is argon2id with the stated parameters and never the same twice', async () => {
  const passwords = createPasswords();
  const [one, other] = await Promise.all([passwords.hash('Schlüssel 🔑'), passwords.hash('Schlüssel 🔑')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
  expect(await passwords.verify('test', one, 'Schlüssel 🔑')).toBe(true);
  expect(await passwords.verify('test', one, 'schlüssel 🔑')).toBe(false);
});

test('nobody, and a password beyond the longest, are refused', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('x');
  expect(await passwords.verify('test', null, '')).toBe(false);
  expect(await passwords.verify('test', null, 'anything')).toBe(false);
  expect(await passwords.verify('test', hash, 'x'.repeat(1025))).toBe(false);
});
