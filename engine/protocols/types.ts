import type { Account } from '../contract/account.ts';
import type { Protocol } from '../contract/event.ts';
import type { ConnectionProgress } from '../contract/push.ts';
import type { FurtherProof, SignIn } from '../accounts/types.ts';
import type { Logger } from '../lib/log.ts';
import type { Session } from '../vfs/types.ts';
import type { StrangerLimits } from './strangers.ts';

/** What every protocol server is given. */
export type ProtocolServices = {
  readonly signIn: SignIn;
  /** What is asked for after a right password or key; without it nothing is. */
  readonly furtherProof?: FurtherProof;
  /** Opens the one session of a login; records USER_LOGIN. Rejects with an AppError when the account may not come in now. */
  readonly openSession: (login: {
    readonly account: Account;
    readonly protocol: Protocol;
    readonly address: string;
    readonly client: string | null;
    readonly method: string;
  }) => Promise<Session>;
  readonly log: Logger;
  /**
   * Asked at each new connection and after each refused sign-in: why nobody from there is let in now, for the client to read; null, or
   * without it, he may try.
   */
  readonly closedBecause?: (address: string, protocol: Protocol) => string | null;
  /** Told of what speaks against an address beside refused sign-ins. */
  readonly reportOffence?: (offence: {
    readonly kind: 'limit' | 'noSignIn';
    readonly protocol: Protocol;
    readonly address: string;
  }) => void;
  /** How many connections may wait for a sign-in; without it DEFAULT_STRANGER_LIMITS. */
  readonly strangers?: () => StrangerLimits;
  /** Told how far each connection comes. Must not throw. */
  readonly progress?: (step: ConnectionStep) => void;
};

/** One step of a connection. Its `id` is of this run of the program. */
export type ConnectionStep = Omit<ConnectionProgress, 'fromOutside'>;

/** A running listener. */
export interface ProtocolServer {
  /** The port really bound (useful with port 0). */
  readonly port: number;
  /** Stops accepting, lets open transfers go on for `graceMs`, then ends all connections. */
  stop(graceMs: number): Promise<void>;
}
