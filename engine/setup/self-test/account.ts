import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Accounts, Change } from '../../accounts/service.ts';
import { isSelfTestAccount, SELF_TEST_PREFIX } from '../../contract/methods/setup.ts';

export type TestAccountServices = {
  readonly accounts: Pick<Accounts, 'save' | 'delete' | 'list'>;
  readonly exchangeFolder: () => string;
};

export type TestAccount = { readonly username: string; readonly password: string };

/** Its home: hidden, directly in the exchange folder. */
function homeName(username: string): string {
  return `.${username}`;
}

/** Runs `work` with an account that nobody else knows; it and its folder are gone afterwards, whatever happened. */
export async function withTestAccount<T>(
  services: TestAccountServices,
  by: Change,
  work: (account: TestAccount) => Promise<T>,
): Promise<T> {
  const username = SELF_TEST_PREFIX + randomBytes(8).toString('hex');
  const password = randomBytes(24).toString('base64url');
  try {
    await services.accounts.save({ username, password, displayName: 'Gatehouse self-test', home: homeName(username) }, by);
    return await work({ username, password });
  } finally {
    await removeTestAccount(username, services, by);
  }
}

/** Removes what a kill in the middle of a self-test left behind. */
export async function removeLeftTestAccounts(services: TestAccountServices, by: Change): Promise<void> {
  for (const { username } of services.accounts.list()) {
    if (isSelfTestAccount(username)) await removeTestAccount(username, services, by);
  }
}

async function removeTestAccount(username: string, { accounts, exchangeFolder }: TestAccountServices, by: Change): Promise<void> {
  // Its sessions end with it, so that nothing is written into the folder any more.
  if (accounts.list().some((account) => account.username === username)) await accounts.delete(username, by);
  await rm(join(exchangeFolder(), homeName(username)), { recursive: true, force: true });
}
