import type { Handlers } from './dispatch.ts';
import { accountHandlers } from './handlers/accounts.ts';
import { eventHandlers } from './handlers/events.ts';
import { ruleHandlers } from './handlers/rules.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { tokenHandlers } from './handlers/tokens.ts';
import type { RpcServices } from './services.ts';

/** Every method of the table, over these services. */
export function createHandlers(services: RpcServices): Handlers {
  return {
    'server.status': () => services.status(),
    ...accountHandlers(services.accounts),
    ...ruleHandlers(services.rules),
    ...eventHandlers(services.reader),
    ...settingsHandlers(services.settings),
    ...tokenHandlers(services.tokens),
  };
}
