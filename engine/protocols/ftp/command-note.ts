import type { ClientRequest } from '../../vfs/types.ts';
import type { Command } from './command.ts';
import type { Verb } from './verb.ts';

/** Verbs whose arguments are secrets. */
const SECRET: ReadonlySet<string> = new Set(['PASS', 'ACCT']);

/** A command of somebody who has signed in, for the log of requests. */
export function noteOf(verb: Verb, { verb: name, argument }: Command): ClientRequest {
  const shown = SECRET.has(name) ? '***' : argument;
  return { name: `ftp/${name}`, payload: shown === '' ? {} : { argument: shown }, isWrite: verb.changes === true };
}
