import type { Accounts } from '../../accounts/service.ts';
import type { Owner, TwoFactor } from '../../accounts/two-factor.ts';
import { AppError } from '../../contract/errors.ts';
import type { Handlers } from '../dispatch.ts';

type TwoFactorMethods = Extract<keyof Handlers, `twoFactor.${string}`>;

export function twoFactorHandlers(accounts: Pick<Accounts, 'get'>, twoFactor: TwoFactor): Pick<Handlers, TwoFactorMethods> {
  function owner(username: string): Owner {
    const account = accounts.get(username);
    if (account === undefined)
      throw new AppError('not_found', 'There is no account of this name. See accounts.list.', { field: 'username' });
    return { kind: 'user', id: account.id, name: account.username };
  }

  return {
    'twoFactor.get': ({ username }) => twoFactor.state(owner(username)),
    'twoFactor.enrol': ({ username }, call) => twoFactor.enrol(owner(username), call),
    'twoFactor.confirm': ({ username, code }, call) => twoFactor.confirm(owner(username), code, call),
    'twoFactor.remove': async ({ username }, call) => {
      await twoFactor.remove(owner(username), call);
      return twoFactor.state(owner(username));
    },
  };
}
