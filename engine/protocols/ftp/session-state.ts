import type { Session } from '../../vfs/types.ts';
import type { HashName } from './hashes.ts';
import { FACTS, type Fact } from './listing.ts';

/** What the commands of a connection have set up so far. AUTH and REIN put a fresh one in its place, a second USER one with the same parameters. */
export type SessionState = {
  /** Named by USER, not proven yet. */
  username: string | null;
  /** Present once signed in. */
  session: Session | null;
  /** The client program's name, by CLNT. */
  client: string | null;
  /** Virtual path. */
  directory: string;
  /** TYPE: both are sent as they are, see verbs/parameters.ts. */
  type: 'A' | 'I';
  /** REST: where the next transfer starts. */
  restartAt: number;
  /** RANG: first byte and end (not included) of the next RETR or HASH. */
  range: { readonly from: number; readonly to: number } | null;
  /** OPTS HASH. */
  hash: HashName;
  /** ALLO: bytes that the next upload must have at least. */
  allocated: number | null;
  /** RNFR: virtual path, until the next command. */
  renameFrom: string | null;
  /** PBSZ was given. */
  bufferSizeSet: boolean;
  /** PROT: whether data connections are protected by TLS. */
  protection: 'C' | 'P';
  /** EPSV ALL was given (RFC 2428 §4). */
  onlyExtendedPassive: boolean;
  /** OPTS MLST: facts that the client wants. */
  facts: ReadonlySet<Fact>;
};

/** The state after a second USER: who is signed in, where, and what one transfer was prepared with are forgotten, transfer parameters stay (RFC 959 §4.1.1). */
export function stateForNextUser(state: SessionState): SessionState {
  const { username, session, directory, restartAt, range, allocated, renameFrom } = freshState(false);
  return { ...state, username, session, directory, restartAt, range, allocated, renameFrom };
}

/** The state of a connection on which nothing was said yet. With implicit TLS the data connections are protected from the start. */
export function freshState(implicitTls: boolean): SessionState {
  return {
    username: null,
    session: null,
    client: null,
    directory: '/',
    type: 'A',
    restartAt: 0,
    range: null,
    hash: 'SHA-256',
    allocated: null,
    renameFrom: null,
    bufferSizeSet: implicitTls,
    protection: implicitTls ? 'P' : 'C',
    onlyExtendedPassive: false,
    facts: new Set(FACTS),
  };
}
