import { parsePublicKey } from '../../accounts/public-keys.ts';
import { requireAccount } from '../../accounts/references.ts';
import type { Method } from '../../contract/rpc.ts';
import type { AccountsExchange } from '../../accounts/accounts-file.ts';
import type { AccountViews } from '../../partners/account-views.ts';
import type { CallContext } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';
import type { Scopes } from '../role-scope.ts';
import { requireConfirmed } from '../sensitive.ts';

type AccountMethods = Extract<Method, `accounts.${string}`>;

export function accountHandlers(scopes: Scopes, views: AccountViews, exchange: AccountsExchange): Pick<Handlers, AccountMethods> {
  const accountsOf = ({ caller }: CallContext) => scopes(caller).accounts;
  return {
    'accounts.save': (input, call) => accountsOf(call).save(input, call),
    'accounts.list': (_, call) => accountsOf(call).list(),
    'accounts.delete': ({ username }, call) => accountsOf(call).delete(username, call),
    'accounts.effective': ({ username }, call) => accountsOf(call).effective(requireAccount(accountsOf(call), username)),
    'accounts.resetTransfers': ({ username }, call) => accountsOf(call).resetTransfers(username, call),
    'accounts.export': ({ hashes }, call) => {
      if (hashes) requireConfirmed(call.caller, 'what leaves the engine of passwords', 'hashes');
      return exchange.export({ hashes });
    },
    'accounts.import': async ({ file, ...options }, call) => ({ rows: await exchange.import(file, options, call) }),
    'accounts.overview': async (_, call) => {
      const accounts = accountsOf(call);
      return (await views.overview()).filter(({ username }) => accounts.get(username) !== undefined);
    },
    'accounts.browse': ({ username, path }, call) => views.browse(requireAccount(accountsOf(call), username).username, path),
    'accounts.checkKey': ({ key: text }) => {
      const { type, fingerprint, comment } = parsePublicKey(text, 'key');
      return { type, fingerprint, comment };
    },
  };
}
