import { parsePublicKey } from '../../accounts/public-keys.ts';
import { AppError } from '../../contract/errors.ts';
import type { Method } from '../../contract/rpc.ts';
import type { AccountsExchange } from '../../accounts/accounts-file.ts';
import type { Accounts } from '../../accounts/service.ts';
import type { AccountViews } from '../../partners/account-views.ts';
import type { Handlers } from '../dispatch.ts';
import { requireConfirmed } from '../sensitive.ts';

type AccountMethods = Extract<Method, `accounts.${string}`>;

export function accountHandlers(accounts: Accounts, views: AccountViews, exchange: AccountsExchange): Pick<Handlers, AccountMethods> {
  return {
    'accounts.save': (input, call) => accounts.save(input, call),
    'accounts.list': () => accounts.list(),
    'accounts.delete': ({ username }, call) => accounts.delete(username, call),
    'accounts.effective': ({ username }) => {
      const account = accounts.get(username);
      if (account === undefined)
        throw new AppError('not_found', 'There is no account of this name. See accounts.list.', { field: 'username' });
      return accounts.effective(account);
    },
    'accounts.resetTransfers': ({ username }, call) => accounts.resetTransfers(username, call),
    'accounts.export': ({ hashes }, call) => {
      if (hashes) requireConfirmed(call.caller, 'what leaves the engine of passwords', 'hashes');
      return exchange.export({ hashes });
    },
    'accounts.import': async ({ file, ...options }, call) => ({ rows: await exchange.import(file, options, call) }),
    'accounts.overview': () => views.overview(),
    'accounts.browse': ({ username, path }) => views.browse(username, path),
    'accounts.checkKey': ({ key: text }) => {
      const { type, fingerprint, comment } = parsePublicKey(text, 'key');
      return { type, fingerprint, comment };
    },
  };
}
