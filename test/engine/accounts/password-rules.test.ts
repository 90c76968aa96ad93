import { describe, expect, test } from 'vitest';
import { passwordAgeRefusal, passwordEnds } from '../../../engine/accounts/password-age.ts';
import { passwordBits, passwordProblem } from '../../../engine/accounts/password-strength.ts';
import { exchangeFolderOf } from '../../../engine/accounts/home.ts';
import { createPasswords } from '../../../engine/accounts/passwords.ts';
import { createAccounts } from '../../../engine/accounts/service.ts';
import { type Account, accountSettingsSchema } from '../../../engine/contract/account.ts';
import { startApi, TESTER } from '../../helpers/api.ts';

describe('how hard a password is to guess', () => {
  test.each<[string, number]>([
    ['', 0],
    ['a', 4],
    ['hello', 23],
    ['Hello', 28],
    ['correct horse battery staple', 164],
    ['aaaaaaaaaaaaaaaaaaaa', 9],
    ['abcdefghijklmnop', 9],
    ['12345678', 6],
    ['87654321', 6],
    ['qwertyuiop', 9],
    ['QWERTZ', 9],
    ['Tr0ub4dor&3', 72],
    ['Schlüssel', 65],
    ['🔑🔒', 13],
  ])('%j: at most %i bits', (password, bits) => {
    expect(Math.floor(passwordBits(password))).toBe(bits);
  });

  test.each<[string, number, number, RegExp | undefined]>([
    ['short', 8, 0, /at least 8 characters; this one has 5/],
    // Characters, not UTF-16 units.
    ['🔑🔑🔑🔑', 5, 0, /this one has 4/],
    ['long enough', 8, 0, undefined],
    ['aaaaaaaaaaaa', 8, 30, /too easy to guess/],
    ['abc', 0, 0, undefined],
    ['correct horse', 8, 60, undefined],
  ])('%j with %i characters and %i bits asked for', (password, minimumLength, minimumBits, problem) => {
    const found = passwordProblem(password, { minimumLength, minimumBits });
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });

  test("the account's own measure goes before that of the settings, at every new password", async () => {
    const { store, events, clock, dataFolder } = startApi();
    const accounts = createAccounts({
      store,
      events,
      clock,
      passwords: createPasswords(),
      folders: () => ({ dataFolder, exchangeFolder: exchangeFolderOf('', dataFolder) }),
      passwordRules: () => ({ minimumLength: 4, minimumBits: 20 }),
    });
    const save = (username: string, password: string, passwordBits = 0) =>
      accounts.save({ username, password, limits: { passwordBits } }, TESTER);
    await expect(save('a', 'abc')).rejects.toMatchObject({ code: 'invalid_input', field: 'password' });
    await expect(save('a', '1234567')).rejects.toMatchObject({ code: 'invalid_input', field: 'password' });
    await save('a', 'hello');
    await expect(save('b', 'hello', 60)).rejects.toMatchObject({ field: 'password' });
    await save('b', 'correct horse', 60);
    await expect(accounts.save({ username: 'b', password: 'hello' }, TESTER)).rejects.toMatchObject({ field: 'password' });
  });
});

describe('how old a password may be', () => {
  const CHANGED = Date.UTC(2026, 0, 1);
  const DAY = 86_400_000;
  const account = (passwordDays: number, more: Partial<Account> = {}): Account => ({
    ...accountSettingsSchema.parse({ username: 'acme', limits: { passwordDays } }),
    ...{ id: 1, usedBytes: 0, usedFiles: 0, uploadedBytes: 0, downloadedBytes: 0, publicKeys: [], hasPassword: true },
    ...{ passwordChangedAt: new Date(CHANGED).toISOString(), createdAt: '', lastSignInAt: null, version: 1 },
    ...more,
  });

  test.each<[string, Account, number, number | null]>([
    ['for ever', account(0), 0, null],
    ['as long as the settings say', account(0), 30, CHANGED + 30 * DAY],
    ['as long as the account says, also longer', account(90), 30, CHANGED + 90 * DAY],
    ['for ever when nobody knows how old it is', account(90, { passwordChangedAt: null }), 30, null],
  ])('%s', (_what, who, settingDays, ends) => {
    expect(passwordEnds(who, settingDays)).toBe(ends);
    const last = ends ?? CHANGED + 10_000 * DAY;
    expect(passwordAgeRefusal(who, settingDays, last - 1)).toBeNull();
    expect(passwordAgeRefusal(who, settingDays, last)).toBe(ends === null ? null : 'the password has expired');
  });

  test('not any more where it has to be changed, however new', () => {
    expect(passwordAgeRefusal(account(0, { passwordMustChange: true }), 0, CHANGED)).toBe('the password has to be changed');
  });
});
