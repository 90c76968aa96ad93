import type { z } from 'zod';
import type { ErrorData } from './errors.ts';
import { type CallerRights, mayCall, type MethodSpec } from './method.ts';
import { accountsMethods } from './methods/accounts.ts';
import { activityMethods } from './methods/activity.ts';
import { adminsMethods } from './methods/admins.ts';
import { backupsMethods } from './methods/backups.ts';
import { certificateMethods } from './methods/certificate.ts';
import { consoleMethods } from './methods/console.ts';
import { defenceMethods } from './methods/defence.ts';
import { diagnosticsMethods } from './methods/diagnostics.ts';
import { eventsMethods } from './methods/events.ts';
import { groupsMethods } from './methods/groups.ts';
import { flowsMethods } from './methods/flows.ts';
import { machineMethods } from './methods/machine.ts';
import { notificationsMethods } from './methods/notifications.ts';
import { pgpKeysMethods } from './methods/pgp-keys.ts';
import { rulesMethods } from './methods/rules.ts';
import { secretsMethods } from './methods/secrets.ts';
import { serverMethods } from './methods/server.ts';
import { settingsMethods } from './methods/settings.ts';
import { setupMethods } from './methods/setup.ts';
import { tokensMethods } from './methods/tokens.ts';
import { twoFactorMethods } from './methods/two-factor.ts';

/**
 * The one table of methods. Dispatcher, clients, permissions and docs/api.md follow from it. Each area of it is a file of methods/;
 * `test/engine/contract` keeps the areas from overlapping.
 */
export const rpc = {
  ...serverMethods,
  ...accountsMethods,
  ...groupsMethods,
  ...rulesMethods,
  ...flowsMethods,
  ...pgpKeysMethods,
  ...eventsMethods,
  ...activityMethods,
  ...notificationsMethods,
  ...settingsMethods,
  ...secretsMethods,
  ...backupsMethods,
  ...diagnosticsMethods,
  ...setupMethods,
  ...certificateMethods,
  ...machineMethods,
  ...consoleMethods,
  ...defenceMethods,
  ...tokensMethods,
  ...adminsMethods,
  ...twoFactorMethods,
} as const satisfies Record<string, MethodSpec>;

export type Method = keyof typeof rpc;
export type Input<M extends Method> = z.input<(typeof rpc)[M]['input']>;
export type ParsedInput<M extends Method> = z.output<(typeof rpc)[M]['input']>;
export type Output<M extends Method> = z.output<(typeof rpc)[M]['output']>;

/** All that somebody may call, by name. */
export function methodsFor(rights: CallerRights): Method[] {
  return (Object.keys(rpc) as Method[]).filter((method) => mayCall(rpc[method], rights));
}

/** The one envelope of every transport. */
export type Envelope<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };
