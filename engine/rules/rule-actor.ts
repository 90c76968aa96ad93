import { type Actor, SYSTEM } from '../events/log.ts';

/** Who is behind what a run records. */
export function ruleActor(runId: number | null): Actor {
  return { ...SYSTEM, origin: 'rule', causedBy: runId };
}
