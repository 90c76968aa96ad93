import type { Admins } from '../../accounts/admins.ts';
import type { ConsolePassword } from '../../accounts/console-password.ts';
import { CONFIRMED_MS, type ConsoleSessions } from '../../accounts/console-sessions.ts';
import type { Owner, TwoFactor } from '../../accounts/two-factor.ts';
import { AppError } from '../../contract/errors.ts';
import { methodsFor, type Output } from '../../contract/rpc.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { adminOf, type Caller } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';
import { requireConfirmed } from '../sensitive.ts';

/** What the console's own methods are made of. */
export type ConsoleServices = {
  readonly sessions: Pick<ConsoleSessions, 'confirm' | 'signOutOthers'>;
  readonly password: ConsolePassword;
  /** Makes a link that signs in once; with `redirectFile`, a file of the data folder that leads to it. */
  readonly openLink: (options: { readonly redirectFile: boolean }) => Output<'console.open'>;
  readonly clock: Clock;
};

type ConsoleMethods = Exclude<Extract<keyof Handlers, `console.${string}`>, 'console.preferences' | 'console.savePreferences'>;

export function consoleHandlers(
  { sessions, password, openLink, clock }: ConsoleServices,
  admins: Pick<Admins, 'byId' | 'save'>,
  twoFactor: TwoFactor,
): Pick<Handlers, ConsoleMethods> {
  /** Until when, after a proof of identity. The owner's own token is one, at every call. */
  const confirmed = (caller: Caller): { confirmedUntil: string } => {
    const until = caller.kind === 'console' && caller.sessionId !== null ? sessions.confirm(caller.sessionId) : clock.now() + CONFIRMED_MS;
    return { confirmedUntil: isoTime(until) };
  };

  const hasPassword = (caller: Caller): boolean => {
    const admin = adminOf(caller);
    return admin === null ? password.isSet() : admins.byId(admin.id)?.hasPassword === true;
  };

  return {
    'console.session': (_, { caller }) => ({
      kind: caller.kind,
      name: adminOf(caller)?.name ?? null,
      permissions: [...caller.permissions],
      role: caller.role,
      methods: methodsFor(caller),
      hasPassword: hasPassword(caller),
      confirmedUntil: confirmedUntilOf(caller, clock),
    }),

    'console.confirm': async (input, call) => {
      refuseTokens(call.caller);
      await password.verify(input.password, call, adminOf(call.caller));
      return confirmed(call.caller);
    },

    'console.setPassword': async (input, call) => {
      const { caller } = call;
      refuseTokens(caller);
      const admin = adminOf(caller);
      if (caller.kind === 'console' && hasPassword(caller)) {
        if (input.current === undefined) throw new AppError('invalid_input', 'Enter the present password too.', { field: 'current' });
        await password.verify(input.current, call, admin);
      } else if (caller.kind === 'console' && caller.confirmedUntil === null) {
        // Else a bearer that somebody found in a browser could give itself the right to everything.
        throw new AppError(
          'forbidden',
          'This sign-in is too old to set the first password. Sign in anew, or open a new link with: gatehouse open',
        );
      }
      if (admin !== null) {
        await admins.save({ name: admin.name, password: input.password }, call);
        return confirmed(caller);
      }
      await password.set(input.password, call);
      await sessions.signOutOthers(caller.sessionId, 'the console password was changed');
      return confirmed(caller);
    },

    'console.twoFactor': (_, { caller }) => twoFactor.state(requireAdmin(caller)),
    'console.enrolTwoFactor': (_, call) => twoFactor.enrol(requireAdmin(call.caller), call),
    'console.confirmTwoFactor': ({ code }, call) => twoFactor.confirm(requireAdmin(call.caller), code, call),
    'console.removeTwoFactor': async (_, call) => {
      const admin = requireAdmin(call.caller);
      requireConfirmed(call.caller, 'your second factor', 'code');
      await twoFactor.remove(admin, call);
      return twoFactor.state(admin);
    },

    'console.open': (input, { caller }) => {
      if (caller.kind !== 'owner') throw new AppError('forbidden', 'New links are made at the machine itself, with: gatehouse open');
      return openLink(input);
    },
  };
}

function confirmedUntilOf(caller: Caller, clock: Clock): string | null {
  if (caller.kind === 'owner') return isoTime(clock.now() + CONFIRMED_MS);
  return caller.kind === 'console' && caller.confirmedUntil !== null ? isoTime(caller.confirmedUntil) : null;
}

/** The administrator as whose second factor it is. Throws `forbidden` for everybody else. */
function requireAdmin(caller: Caller): Owner {
  const admin = adminOf(caller);
  if (admin === null) throw new AppError('forbidden', 'Only administrators who sign in by name have a second factor of their own.');
  return { kind: 'admin', ...admin };
}

function refuseTokens(caller: Caller): void {
  if (caller.kind === 'api')
    throw new AppError('forbidden', 'A token has no console password. Use the console or the owner’s command line.');
}
