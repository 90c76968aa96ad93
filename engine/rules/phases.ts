import { ANSWERED, type RunRow, type RunStepRow } from '../store/runs-table.ts';
import type { PlannedStep } from './definition.ts';
import { isWaitedFor } from './sync-problems.ts';

/**
 * The order of a run's steps (spec: rules, "Running"): first those that a client waits for, then the others. Where the answer was no, those
 * waited for are closed, since nobody waits for them any more; where what they held back never came about, the others are not done either.
 * Failure actions are.
 */
export function stepsOfRun({ hold }: Pick<RunRow, 'hold'>, planned: readonly PlannedStep[]): readonly PlannedStep[] {
  const first = syncSteps(planned);
  if (first.length === 0) return planned;
  const others = planned.filter(({ step }) => !isWaitedFor(step));
  if (hold === null) return [...first, ...others];
  // Steps inside of flows are looked up by their number; only calls of them set them going.
  const left = hold === ANSWERED ? others : others.filter(({ step, depth }) => depth > 0 || step.failureAction);
  return [...first.map(closed), ...left];
}

function closed(planned: PlannedStep): PlannedStep {
  const { flow } = planned;
  return { ...planned, isClosed: true, flow: flow === null ? null : { ...flow, steps: flow.steps.map(closed) } };
}

/** Whether anything can be done again that was tried: nothing of what did not come about, and never what a partner waited for and was refused. */
export function isLeftToRetry({ hold }: Pick<RunRow, 'hold'>, planned: readonly PlannedStep[], rows: readonly RunStepRow[]): boolean {
  if (hold !== ANSWERED) return hold === null;
  const last = new Map(rows.map((row) => [row.step, row.state]));
  return planned.some(({ step, index }) => !isWaitedFor(step) && ['failed', 'interrupted'].includes(last.get(index) ?? ''));
}

/** The steps that a client waits for. */
export function syncSteps(planned: readonly PlannedStep[]): readonly PlannedStep[] {
  return planned.filter(({ step }) => isWaitedFor(step));
}
