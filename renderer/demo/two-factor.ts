import { AppError } from '../../engine/contract/errors.ts';
import type { TwoFactorState } from '../../engine/contract/two-factor.ts';
import type { DemoMethods } from './methods.ts';

type TwoFactorMethods = Pick<DemoMethods, Extract<keyof DemoMethods, `twoFactor.${string}`>>;

const OFF: TwoFactorState = { state: 'off', recoveryCodesLeft: 0 };
/** What the made-up telephone shows. */
const CODE = '123456';

/** Two-factor sign-in of the made-up partners: nobody has it yet. */
export function demoTwoFactor(): TwoFactorMethods {
  const states = new Map<string, TwoFactorState>();
  return {
    'twoFactor.get': ({ username }) => states.get(username) ?? OFF,
    'twoFactor.enrol': ({ username }) => {
      states.set(username, { state: 'pending', recoveryCodesLeft: 0 });
      const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
      return { secret, uri: `otpauth://totp/Gatehouse:${username}?issuer=Gatehouse&secret=${secret}&algorithm=SHA1&digits=6&period=30` };
    },
    'twoFactor.confirm': ({ username, code }) => {
      if (code !== CODE)
        throw new AppError('bad_credentials', 'The code is not right. Enter the one that is shown now.', { field: 'code' });
      states.set(username, { state: 'on', recoveryCodesLeft: 10 });
      return { recoveryCodes: Array.from({ length: 10 }, (_, n) => `demo-code-numb-er0${n}`) };
    },
    'twoFactor.remove': ({ username }) => {
      states.delete(username);
      return OFF;
    },
  };
}
