import { parsePublicKey } from '../../accounts/public-keys.ts';
import type { Accounts } from '../../accounts/service.ts';
import type { AccountViews } from '../../partners/account-views.ts';
import type { Handlers } from '../dispatch.ts';

type AccountMethods = 'accounts.save' | 'accounts.list' | 'accounts.delete' | 'accounts.overview' | 'accounts.browse' | 'accounts.checkKey';

export function accountHandlers(accounts: Accounts, views: AccountViews): Pick<Handlers, AccountMethods> {
  return {
    'accounts.save': (input, call) => accounts.save(input, call),
    'accounts.list': () => accounts.list(),
    'accounts.delete': ({ username }, call) => accounts.delete(username, call),
    'accounts.overview': () => views.overview(),
    'accounts.browse': ({ username, path }) => views.browse(username, path),
    'accounts.checkKey': ({ key: text }) => {
      const { type, fingerprint, comment } = parsePublicKey(text, 'key');
      return { type, fingerprint, comment };
    },
  };
}
