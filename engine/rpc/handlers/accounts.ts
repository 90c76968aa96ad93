import type { Accounts } from '../../accounts/service.ts';
import type { Handlers } from '../dispatch.ts';

export function accountHandlers(accounts: Accounts): Pick<Handlers, 'accounts.save' | 'accounts.list' | 'accounts.delete'> {
  return {
    'accounts.save': (input, call) => accounts.save(input, call),
    'accounts.list': () => accounts.list(),
    'accounts.delete': ({ username }, call) => accounts.delete(username, call),
  };
}
