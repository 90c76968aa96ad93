import type { StoredEvent } from './event.ts';
import type { CheckRow } from './methods/setup.ts';
import type { Notice } from './notice.ts';
import type { Run } from './rule.ts';
import type { LiveSession, Traffic } from './session.ts';

/**
 * What the engine tells its consoles without being asked. Any message may be dropped: a batch of events names the id before its first,
 * and a console that has not seen that one asks `events.since`.
 */
export type PushMessage =
  | { readonly kind: 'events'; readonly previousSeq: number; readonly events: readonly StoredEvent[] }
  | { readonly kind: 'runs'; readonly runs: readonly Run[] }
  /** Something of `server.status` beside the sessions has changed. */
  | { readonly kind: 'health'; readonly problems: readonly HealthProblem[] }
  | { readonly kind: 'config-changed'; readonly sections: readonly string[] }
  /** Who is signed in and what is moving: at a change, and once a second while bytes move. */
  | { readonly kind: 'sessions'; readonly sessions: readonly LiveSession[]; readonly traffic: Traffic }
  /** A notice was made or updated; `desktop` says whether to show it outside the console too. */
  | { readonly kind: 'notice'; readonly notice: Notice; readonly unread: number; readonly desktop: boolean }
  /** How far a long piece of work has come. */
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'self-test'; readonly rows: readonly CheckRow[] }
  /** How far a client has come that is connecting now, for the watch panel. */
  | { readonly kind: 'connection'; readonly connection: ConnectionProgress };

/** Long work that somebody waits for: an export of the log, a backup, or an action of a rule that moves a big file. */
export type Progress = {
  readonly work: 'export' | 'backup' | 'action';
  readonly id: string;
  readonly title: string;
  /** In units of the work: events for an export, bytes for an action. */
  readonly done: number;
  /** Null where nobody knows. */
  readonly total: number | null;
  readonly state: 'running' | 'done' | 'failed';
  /** The run of a rule that an action belongs to. */
  readonly runId?: number;
};

/** Something an administrator should look at; gone from the list when it is over. */
export type HealthProblem = { readonly id: string; readonly message: string };

/** The way of one connection up to its first transfer, and where it broke off. */
export type ConnectionProgress = {
  readonly id: string;
  readonly protocol: 'SFTP' | 'FTP';
  readonly address: string;
  /** The address is none of this machine's own networks. */
  readonly fromOutside: boolean;
  readonly stage: 'connected' | 'encrypted' | 'signed-in' | 'listed' | 'transferred' | 'closed';
  /** With `closed`: why it ended before it had come so far, in words; null where it ended well. */
  readonly reason: string | null;
};
