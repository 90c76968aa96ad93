import { AppError } from '../../engine/contract/errors.ts';
import { methodsFor, type Output } from '../../engine/contract/rpc.ts';
import type { DemoMethods } from './methods.ts';
import type { Office } from './office.ts';
import { iso } from './moments.ts';

type ConsoleMethods = Exclude<
  Extract<keyof DemoMethods, `console.${string}` | `tokens.${string}`>,
  `console.${string}TwoFactor` | 'console.twoFactor'
>;

/** Whoever looks at the demo, and the tokens that he makes. */
export function demoConsole(office: Office): Pick<DemoMethods, ConsoleMethods> {
  const { world } = office;
  const tokens: Output<'tokens.list'> = [];
  return {
    'console.session': () => ({
      kind: 'console',
      name: null,
      permissions: [...world.rights.permissions],
      role: world.rights.role,
      methods: methodsFor(world.rights),
      hasPassword: true,
      confirmedUntil: office.confirmedUntil,
    }),
    'console.open': () => ({ url: 'http://127.0.0.1:8590/#token=example', file: null, expiresAt: iso(world.now + 120_000) }),
    'console.confirm': ({ password }) => {
      if (password !== 'correct horse')
        throw new AppError('bad_credentials', 'The console password is wrong. Try again.', { field: 'password' });
      return { confirmedUntil: (office.confirmedUntil = iso(world.now + 600_000)) };
    },
    'console.setPassword': () => ({ confirmedUntil: (office.confirmedUntil = iso(world.now + 600_000)) }),
    'console.preferences': () => world.preferences,
    'console.savePreferences': (changes) => Object.assign(world.preferences, changes),
    'tokens.create': ({ name, permissions, expiresAt }) => {
      const token = { id: tokens.length + 1, name, permissions, role: null, createdAt: iso(world.now), expiresAt: expiresAt ?? null };
      tokens.push(token);
      return { ...token, token: 'gha_example-token-that-opens-nothing' };
    },
    'tokens.list': () => tokens,
    'tokens.delete': ({ id }) => {
      const found = tokens.find((token) => token.id === id);
      if (found === undefined) throw new AppError('not_found');
      tokens.splice(tokens.indexOf(found), 1);
      return found;
    },
  };
}
