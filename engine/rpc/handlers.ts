import type { Handlers } from './dispatch.ts';
import { accountHandlers } from './handlers/accounts.ts';
import { activityHandlers } from './handlers/activity.ts';
import { adminHandlers } from './handlers/admins.ts';
import { backupHandlers } from './handlers/backups.ts';
import { renewalHandlers } from './handlers/certificate.ts';
import { consoleHandlers } from './handlers/console.ts';
import { defenceHandlers } from './handlers/defence.ts';
import { diagnosticsHandlers } from './handlers/diagnostics.ts';
import { eventHandlers } from './handlers/events.ts';
import { groupHandlers } from './handlers/groups.ts';
import { machineHandlers } from './handlers/machine.ts';
import { notificationHandlers } from './handlers/notifications.ts';
import { pgpKeyHandlers } from './handlers/pgp-keys.ts';
import { preferenceHandlers } from './handlers/preferences.ts';
import { ruleHandlers } from './handlers/rules.ts';
import { secretsHandlers } from './handlers/secrets.ts';
import { serverHandlers } from './handlers/server.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { setupHandlers } from './handlers/setup.ts';
import { tokenHandlers } from './handlers/tokens.ts';
import { twoFactorHandlers } from './handlers/two-factor.ts';
import type { RpcServices } from './services.ts';

/** Every method of the table, over these services. */
export function createHandlers(services: RpcServices): Handlers {
  return {
    ...serverHandlers(services),
    ...accountHandlers(services.scopes, services.accountViews, services.accountsExchange),
    ...groupHandlers(services.scopes, services.groups, services.roles, services.folders, services.rules, services.folderTrees),
    ...consoleHandlers(services.console, services.admins, services.twoFactor),
    ...defenceHandlers(services.defence),
    ...notificationHandlers(services.notifications),
    ...preferenceHandlers(services.preferences),
    ...ruleHandlers(services.rules),
    ...pgpKeyHandlers(services.pgpKeys, services.rules),
    ...eventHandlers(services.scopes, services.exporter, services.looks),
    ...activityHandlers(services.scopes, services.looks),
    ...backupHandlers(services.backups),
    ...diagnosticsHandlers(services.diagnostics),
    ...setupHandlers(services.setup, services.certificate),
    ...renewalHandlers(services.renewal),
    ...machineHandlers(),
    ...settingsHandlers(services.settings),
    ...secretsHandlers(services.secretKey),
    ...tokenHandlers(services.tokens),
    ...adminHandlers(services.admins),
    ...twoFactorHandlers(services.scopes, services.twoFactor),
  };
}
