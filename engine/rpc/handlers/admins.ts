import type { Admins } from '../../accounts/admins.ts';
import { API_PERMISSIONS } from '../../contract/method.ts';
import type { CallContext } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';
import { requireConfirmed, requireOwnRights } from '../sensitive.ts';

export function adminHandlers(admins: Admins): Pick<Handlers, Extract<keyof Handlers, `admins.${string}`>> {
  /** Throws `forbidden` where the caller may not decide over this administrator. */
  function require({ caller }: CallContext, name: string): void {
    requireConfirmed(caller, 'administrators', 'name');
    requireOwnRights(caller, admins.get(name)?.permissions ?? []);
  }

  return {
    'admins.list': () => admins.list(),
    'admins.save': (input, call) => {
      require(call, input.name);
      requireOwnRights(call.caller, input.permissions ?? (admins.get(input.name) === undefined ? API_PERMISSIONS : []));
      return admins.save(input, call);
    },
    'admins.delete': ({ name }, call) => {
      require(call, name);
      return admins.delete(name, call);
    },
    'admins.removeTwoFactor': ({ name }, call) => {
      require(call, name);
      return admins.removeSecondFactor(name, call);
    },
  };
}
