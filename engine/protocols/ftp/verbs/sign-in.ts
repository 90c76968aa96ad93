import { isIPv6 } from 'node:net';
import type { Account } from '../../../contract/account.ts';
import { AppError } from '../../../contract/errors.ts';
import type { ControlConnection } from '../control-connection.ts';
import { Refusal } from '../replies.ts';
import { stateForNextUser } from '../session-state.ts';
import type { Verb } from '../verb.ts';

/** USER, PASS, ACCT, REIN, QUIT (RFC 959 §4.1.1), HOST (RFC 7151). */
export const signInVerbs: Readonly<Record<string, Verb>> = {
  USER: {
    syntax: '<name>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'none',
    run: async (control, name) => {
      requireTlsIfSet(control);
      // A second USER starts over, also as somebody else; PROT P above all stays (RFC 959 §4.1.1).
      if (control.state.session !== null) await control.signOut('signed in anew', stateForNextUser(control.state));
      control.state.username = name;
      control.reply(331, 'Send the password.');
    },
  },
  PASS: {
    syntax: '<password>',
    // An empty password is wrong, not a syntax error.
    argument: 'optional',
    duringTransfer: 'wait',
    login: 'none',
    run: signIn,
  },
  ACCT: {
    syntax: '<text>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'none',
    // PASS never asks for one with 332, so it is superfluous wherever it comes.
    run: (control) => {
      if (control.state.session === null) throw new Refusal(503, 'Send USER and PASS first.');
      control.reply(202, 'No account is needed here.');
    },
  },
  HOST: {
    syntax: '<name>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['HOST'],
    login: 'none',
    // There is one host, whatever its name in the office and outside of it.
    run: (control, name) => {
      if (control.state.username !== null || control.state.session !== null) throw new Refusal(503, 'Send HOST before USER.');
      if (!isHostName(name)) throw new Refusal(501, 'Write HOST and the name of the server.');
      control.reply(220, 'This is that server.');
    },
  },
  REIN: {
    syntax: '',
    argument: 'none',
    duringTransfer: 'wait',
    login: 'none',
    // RFC 4217 §11 would have TLS cleared too; nobody gains from going back to clear text, so it stays.
    run: async (control) => {
      await control.signOut('signed out');
      control.reply(220, 'Start over with USER.');
    },
  },
  QUIT: {
    syntax: '',
    argument: 'none',
    duringTransfer: 'wait',
    login: 'none',
    run: (control) => {
      control.reply(221, 'Goodbye.');
      control.end();
    },
  },
};

/** A domain name, an IPv4 address, or an IPv6 address in brackets (RFC 7151 §3.1). */
function isHostName(name: string): boolean {
  if (name.startsWith('[') && name.endsWith(']')) return isIPv6(name.slice(1, -1));
  return name.length <= 255 && /^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.?$/u.test(name);
}

async function signIn(control: ControlConnection, password: string): Promise<void> {
  requireTlsIfSet(control);
  const { services, limits } = control.context;
  const { username, client, session } = control.state;
  if (session !== null) throw new Refusal(503, 'Already signed in. Send USER first to sign in anew.');
  if (username === null) throw new Refusal(503, 'Send USER first.');
  control.state.username = null;
  const protocol = control.secure ? 'FTPS' : 'FTP';
  const address = control.peer;
  const attempt = { protocol, address, client, username } as const;
  const check = (text: string): Promise<Account | null> => services.signIn.withPassword(attempt, text);
  const account = await (services.furtherProof?.withAppendedCode(attempt, password, check) ?? check(password));
  if (account === null) {
    control.failedSignIns++;
    const closedBecause = services.closedBecause?.(address, protocol) ?? null;
    if (closedBecause !== null) {
      control.reply(421, closedBecause);
      return;
    }
    if (control.failedSignIns >= limits.loginAttempts) {
      control.reply(421, 'Too many wrong passwords. Connect again later.');
      return;
    }
    throw new Refusal(530, 'User name or password is wrong.');
  }
  const opened = await services.openSession({ account, protocol, address, client, method: 'password' }).catch((error: unknown) => {
    // At the door the reply of an operation on files would be misread.
    throw error instanceof AppError && error.code === 'refused_by_rule' ? new Refusal(530, error.message) : error;
  });
  if (!control.alive) {
    await opened.close('connection lost');
    return;
  }
  control.enter(opened);
  // The account was switched off, or an administrator ended the session.
  opened.revoked.addEventListener('abort', () => {
    if (control.state.session === opened) control.destroy('error');
  });
  control.reply(230, 'Signed in.');
}

function requireTlsIfSet(control: ControlConnection): void {
  if (control.context.requireTls && !control.secure) throw new Refusal(530, 'This server requires TLS: send AUTH TLS before USER.');
}
