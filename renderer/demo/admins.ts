import type { Admin } from '../../engine/contract/admin.ts';
import { AppError } from '../../engine/contract/errors.ts';
import { API_PERMISSIONS } from '../../engine/contract/method.ts';
import type { TwoFactorState } from '../../engine/contract/two-factor.ts';
import type { DemoMethods } from './methods.ts';
import { iso } from './moments.ts';
import type { World } from './world.ts';

type AdminMethods = Pick<DemoMethods, Extract<keyof DemoMethods, `admins.${string}` | `console.${string}TwoFactor` | 'console.twoFactor'>>;

const DAY_MS = 86_400_000;
const OFF: TwoFactorState = { state: 'off', recoveryCodesLeft: 0 };

/** The administrators of the made-up office; of an empty one, none. */
export function demoAdmins(world: World): AdminMethods {
  const made = {
    description: '',
    email: '',
    role: null,
    enabled: true,
    hasPassword: true,
    createdAt: iso(world.now - 30 * DAY_MS),
    version: 1,
  };
  const { admins } = world;
  if (world.accounts.length > 0) {
    admins.push(
      { ...made, id: 1, name: 'hanna', description: 'Head of the office', permissions: [...API_PERMISSIONS], hasSecondFactor: true },
      {
        ...made,
        id: 2,
        name: 'milan',
        permissions: ['status', 'accounts.read', 'events.read'],
        hasSecondFactor: false,
        hasPassword: false,
      },
      {
        ...made,
        id: 3,
        name: 'temp',
        description: 'Summer 2026',
        permissions: ['status', 'events.read'],
        hasSecondFactor: false,
        enabled: false,
      },
    );
  }
  const find = (name: string): Admin => {
    const found = admins.find((admin) => admin.name === name);
    if (found === undefined) throw new AppError('not_found', 'There is no admin of this name. See admins.list.', { field: 'name' });
    return found;
  };

  return {
    'admins.list': () => [...admins],
    'admins.save': ({ password, ...input }) => {
      const index = admins.findIndex(({ name }) => name === input.name);
      const before = admins[index];
      const saved: Admin = {
        ...(before ?? { ...made, id: admins.length + 1, permissions: [...API_PERMISSIONS], hasSecondFactor: false, hasPassword: false }),
        name: input.name,
        ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
        ...(password === undefined ? {} : { hasPassword: password !== null }),
      };
      admins.splice(before === undefined ? admins.length : index, before === undefined ? 0 : 1, saved);
      return saved;
    },
    'admins.delete': ({ name }) => {
      const found = find(name);
      if (admins.length === 1) throw new AppError('in_use', 'This is the last administrator. Make another one first.', { field: 'name' });
      admins.splice(admins.indexOf(found), 1);
      return found;
    },
    'admins.removeTwoFactor': ({ name }) => {
      const found = find(name);
      const changed = { ...found, hasSecondFactor: false };
      admins.splice(admins.indexOf(found), 1, changed);
      return changed;
    },
    'console.twoFactor': () => OFF,
    'console.enrolTwoFactor': () => ({
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/Gatehouse:hanna?secret=JBSWY3DPEHPK3PXP',
    }),
    'console.confirmTwoFactor': () => ({ recoveryCodes: Array.from({ length: 10 }, (_, n) => `demo-code-numb-er0${n}`) }),
    'console.removeTwoFactor': () => OFF,
  };
}
