import { plural } from './plural.ts';

/** Texts about signing in with a code beside password or key. */
export const twoFactorText = {
  title: 'Two-factor sign-in',
  help: 'A code from an authenticator app, beside password or key. Over SFTP it is asked for; over FTP it is typed right behind the password.',
  off: 'Off',
  on: (left: number) => `On, ${plural(left, { one: '# recovery code is left', other: '# recovery codes are left' })}`,
  turnOn: 'Set up',
  turnOff: 'Switch off',
  turnOffTitle: 'Switch two-factor sign-in off?',
  turnOffBody: 'Password or key alone is enough then. To use it again a device has to be set up anew.',
  keep: 'Keep it on',
  dialog: 'Set up two-factor sign-in',
  step: 'Put this secret into an authenticator app, by hand or by the address below it. It is not shown again.',
  secret: 'Secret',
  address: 'Address for apps',
  code: 'Code that the app shows now',
  confirm: 'Switch on',
  codes: 'Recovery codes',
  codesBody: 'Each lets the partner in once when the device is lost. Hand them over with the secret; they are not shown again.',
  done: 'Done',
  failed: 'Two-factor sign-in could not be changed',
  cannotRead: 'Two-factor sign-in cannot be read',
} as const;
