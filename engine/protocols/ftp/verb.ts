import type { Session } from '../../vfs/types.ts';
import type { ControlConnection } from './control-connection.ts';

/** What every verb of the registry states about itself. */
type VerbFacts = {
  /** What follows the verb, as HELP shows it, such as `<path>`; empty: nothing. */
  readonly syntax: string;
  /** `required`: answered with 501 without one. */
  readonly argument: 'none' | 'optional' | 'required';
  /** `now`: answered while a transfer runs; `wait`: after it, in order (QUIT too, RFC 959 §5.4). */
  readonly duringTransfer: 'now' | 'wait';
  /** It may change files; for the log of requests. */
  readonly changes?: true;
  /** Lines of FEAT (RFC 2389) that stand for it; a function where they tell of the connection's choices. */
  readonly features?: readonly string[] | ((control: ControlConnection) => readonly string[]);
};

/** Called with the argument as sent; replies itself, or throws Refusal or AppError. */
type OpenVerb = VerbFacts & {
  readonly login: 'none';
  readonly run: (control: ControlConnection, argument: string) => void | Promise<void>;
};
type SessionVerb = VerbFacts & {
  readonly login: 'required';
  readonly run: (control: ControlConnection, argument: string, session: Session) => void | Promise<void>;
};

export type Verb = OpenVerb | SessionVerb;

/** All verbs that are understood, by name in upper case. */
export type Registry = ReadonlyMap<string, Verb>;
