import type { StoredEvent } from './event.ts';
import type { Run } from './rule.ts';

/**
 * What the engine tells its consoles without being asked. Any message may be dropped: a batch of events names the id before its first,
 * and a console that has not seen that one asks `events.since`.
 */
export type PushMessage =
  | { readonly kind: 'events'; readonly previousSeq: number; readonly events: readonly StoredEvent[] }
  | { readonly kind: 'runs'; readonly runs: readonly Run[] }
  | { readonly kind: 'health'; readonly problems: readonly HealthProblem[] }
  | { readonly kind: 'config-changed'; readonly sections: readonly string[] };

/** Something an administrator should look at; gone from the list when it is over. */
export type HealthProblem = { readonly id: string; readonly message: string };
