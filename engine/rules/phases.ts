import type { RunRow } from '../store/runs-table.ts';
import type { PlannedStep } from './definition.ts';
import { isWaitedFor } from './sync-problems.ts';

/**
 * The order of a run's steps (spec: rules, "Running"): first those that a client waits for, then the others. Where what they held back never
 * came about, the others are not done; failure actions are.
 */
export function stepsOfRun({ hold }: Pick<RunRow, 'hold'>, planned: readonly PlannedStep[]): readonly PlannedStep[] {
  const first = syncSteps(planned);
  if (first.length === 0) return planned;
  const others = planned.filter(({ step }) => !isWaitedFor(step));
  return [...first, ...(hold === null ? others : others.filter(({ step }) => step.failureAction))];
}

/** The steps that a client waits for. */
export function syncSteps(planned: readonly PlannedStep[]): readonly PlannedStep[] {
  return planned.filter(({ step }) => isWaitedFor(step));
}
