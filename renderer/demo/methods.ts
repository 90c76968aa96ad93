import type { PushMessage } from '../../engine/contract/push.ts';
import type { Method, Output, ParsedInput } from '../../engine/contract/rpc.ts';
import { demoAccounts } from './accounts.ts';
import { demoAdmins } from './admins.ts';
import { demoConsole } from './console.ts';
import { demoDefence } from './defence.ts';
import { demoFlows } from './flows.ts';
import { demoGroups } from './groups.ts';
import { demoLog } from './log.ts';
import { demoNotifications } from './notifications.ts';
import { openOffice } from './office.ts';
import { demoPgpKeys } from './pgp-keys.ts';
import { demoRules } from './rules.ts';
import { demoServer } from './server.ts';
import { demoSetup } from './setup.ts';
import { demoTwoFactor } from './two-factor.ts';
import { demoUpkeep } from './upkeep.ts';
import type { World } from './world.ts';

/** Every method of the table over the made-up world; a method that is missing here does not compile. */
export type DemoMethods = { readonly [M in Method]: (input: ParsedInput<M>) => Output<M> | Promise<Output<M>> };

export function demoMethods(world: World, push: (message: PushMessage) => void, setUp = true): DemoMethods {
  const office = openOffice(world, push, setUp);
  return {
    ...demoServer(office),
    ...demoAccounts(office),
    ...demoGroups(world),
    ...demoTwoFactor(),
    ...demoAdmins(world),
    ...demoDefence(world, push),
    ...demoRules(world),
    ...demoFlows(world),
    ...demoPgpKeys(world),
    ...demoLog(world),
    ...demoNotifications(world, push),
    ...demoUpkeep(world),
    ...demoSetup(office),
    ...demoConsole(office),
  };
}
