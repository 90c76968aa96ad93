import { requireAccount } from '../../accounts/references.ts';
import type { Owner, TwoFactor } from '../../accounts/two-factor.ts';
import type { CallContext } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';
import type { Scopes } from '../role-scope.ts';

type TwoFactorMethods = Extract<keyof Handlers, `twoFactor.${string}`>;

export function twoFactorHandlers(scopes: Scopes, twoFactor: TwoFactor): Pick<Handlers, TwoFactorMethods> {
  function owner(username: string, { caller }: CallContext): Owner {
    const account = requireAccount(scopes(caller).accounts, username);
    return { kind: 'user', id: account.id, name: account.username };
  }

  return {
    'twoFactor.get': ({ username }, call) => twoFactor.state(owner(username, call)),
    'twoFactor.enrol': ({ username }, call) => twoFactor.enrol(owner(username, call), call),
    'twoFactor.confirm': ({ username, code }, call) => twoFactor.confirm(owner(username, call), code, call),
    'twoFactor.remove': async ({ username }, call) => {
      await twoFactor.remove(owner(username, call), call);
      return twoFactor.state(owner(username, call));
    },
  };
}
