import type { ApiTokens } from '../../accounts/api-tokens.ts';
import type { Handlers } from '../dispatch.ts';
import { requireOwnRights } from '../sensitive.ts';

export function tokenHandlers(tokens: ApiTokens): Pick<Handlers, 'tokens.create' | 'tokens.list' | 'tokens.delete'> {
  return {
    'tokens.create': ({ name, permissions, expiresAt }, call) => {
      requireOwnRights(call.caller, permissions);
      return tokens.create({ name, permissions, expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt) }, call);
    },
    'tokens.list': () => tokens.list(),
    'tokens.delete': ({ id }, call) => tokens.delete(id, call),
  };
}
