import type { ApiTokens } from '../../accounts/api-tokens.ts';
import type { Handlers } from '../dispatch.ts';
import { requireOwnRights } from '../sensitive.ts';

export function tokenHandlers(tokens: ApiTokens): Pick<Handlers, 'tokens.create' | 'tokens.list' | 'tokens.delete'> {
  return {
    'tokens.create': ({ name, permissions, expiresAt }, call) => {
      requireOwnRights(call.caller, permissions);
      const { role } = call.caller;
      return tokens.create({ name, permissions, role, expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt) }, call);
    },
    'tokens.list': (_, { caller }) => tokens.list(caller.role),
    'tokens.delete': ({ id }, call) => tokens.delete(id, call, call.caller.role),
  };
}
