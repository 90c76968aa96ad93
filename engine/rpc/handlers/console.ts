import type { ConsolePassword } from '../../accounts/console-password.ts';
import { CONFIRMED_MS, type ConsoleSessions } from '../../accounts/console-sessions.ts';
import { AppError } from '../../contract/errors.ts';
import type { Output } from '../../contract/rpc.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { Caller } from '../caller.ts';
import type { Handlers } from '../dispatch.ts';

/** What the console's own methods are made of. */
export type ConsoleServices = {
  readonly sessions: Pick<ConsoleSessions, 'confirm' | 'signOutOthers'>;
  readonly password: ConsolePassword;
  /** Makes a link that signs in once; with `redirectFile`, a file of the data folder that leads to it. */
  readonly openLink: (options: { readonly redirectFile: boolean }) => Output<'console.open'>;
  readonly clock: Clock;
};

type ConsoleMethods = 'console.session' | 'console.confirm' | 'console.setPassword' | 'console.open';

export function consoleHandlers({ sessions, password, openLink, clock }: ConsoleServices): Pick<Handlers, ConsoleMethods> {
  /** Until when, after a proof of identity. The owner's own token is one, at every call. */
  const confirmed = (caller: Caller): { confirmedUntil: string } => {
    const until = caller.kind === 'console' && caller.sessionId !== null ? sessions.confirm(caller.sessionId) : clock.now() + CONFIRMED_MS;
    return { confirmedUntil: isoTime(until) };
  };

  return {
    'console.session': (_, { caller }) => ({
      kind: caller.kind,
      permissions: [...caller.permissions],
      hasPassword: password.isSet(),
      confirmedUntil: confirmedUntilOf(caller, clock),
    }),

    'console.confirm': async (input, call) => {
      refuseTokens(call.caller);
      await password.verify(input.password, call);
      return confirmed(call.caller);
    },

    'console.setPassword': async (input, call) => {
      const { caller } = call;
      refuseTokens(caller);
      if (caller.kind === 'console' && password.isSet()) {
        if (input.current === undefined)
          throw new AppError('invalid_input', 'Enter the present console password too.', { field: 'current' });
        await password.verify(input.current, call);
      } else if (caller.kind === 'console' && caller.confirmedUntil === null) {
        // Else a bearer that somebody found in a browser could give itself the right to everything.
        throw new AppError('forbidden', 'This sign-in is too old to set the first password. Open a new link with: gatehouse open');
      }
      await password.set(input.password, call);
      await sessions.signOutOthers(caller.sessionId, 'the console password was changed');
      return confirmed(caller);
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

function refuseTokens(caller: Caller): void {
  if (caller.kind === 'api')
    throw new AppError('forbidden', 'A token has no console password. Use the console or the owner’s command line.');
}
