import type { Detail } from '../actions/runner.ts';
import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/index.ts';
import type { RunRow, RunStepRow } from '../store/runs-table.ts';
import type { PlannedFlow } from './definition.ts';
import type { Move } from './plan.ts';

/** What becomes of the call of a flow: entered, left out, or `busy` for as long as another run has the flow to itself. */
export type Entry = { readonly state: 'done' | 'skipped'; readonly detail: Detail } | 'busy';

/** Enters a flow for a run, which keeps a flow of one instance to itself until the run has ended. Throws `action_failed` for an unknown one. */
export function enterFlow(store: Store, runId: number, flowId: number, flow: PlannedFlow | null): Entry {
  if (flow === null) throw new AppError('action_failed', `There is no flow ${flowId} any more. Edit the rule.`);
  const { flows } = store.tables;
  if (flow.instances !== 'many') {
    const other = flows.holder(flowId, runId);
    if (other !== undefined) {
      return flow.instances === 'wait'
        ? 'busy'
        : { state: 'skipped', detail: { result: `run ${other} is inside of this flow`, run: other } };
    }
    store.transaction(() => flows.hold(flowId, runId));
  }
  return { state: 'done', detail: { flow: flow.name, version: flow.version } };
}

/** The row which says that a flow has used up its time. */
export function flowExpired(run: RunRow, { unit, attempt }: Extract<Move, { kind: 'expire' }>, now: number): RunStepRow {
  const { step, accountId } = unit;
  return {
    runId: run.id,
    step: step.index,
    accountId,
    attempt,
    runAttempt: run.attempt,
    state: 'failed',
    startedAt: now,
    finishedAt: now,
    inputs: null,
    detail: null,
    error: `The flow took longer than ${step.flow?.maxSeconds ?? 0} s and was stopped.`,
  };
}
