import type { Account } from '../contract/account.ts';
import type { Protocol } from '../contract/event.ts';
import type { ConnectionProgress } from '../contract/push.ts';
import type { SignIn } from '../accounts/types.ts';
import type { Logger } from '../lib/log.ts';
import type { Session } from '../vfs/types.ts';

/** What every protocol server is given. */
export type ProtocolServices = {
  readonly signIn: SignIn;
  /** Opens the one session of a login; records USER_LOGIN. Rejects with an AppError when the account may not come in now. */
  readonly openSession: (login: {
    readonly account: Account;
    readonly protocol: Protocol;
    readonly address: string;
    readonly client: string | null;
    readonly method: string;
  }) => Promise<Session>;
  readonly log: Logger;
  /** Asked at each new connection: why nobody is let in now, for the client to read; null, or without it, everybody may try. */
  readonly closedBecause?: () => string | null;
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
