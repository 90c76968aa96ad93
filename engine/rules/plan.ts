import type { RunState } from '../contract/rule.ts';
import type { RunStepRow } from '../store/runs-table.ts';
import type { PlannedStep } from './definition.ts';

/**
 * What a run does next, as a pure function of the rule's steps and of the attempts on record (spec: rules, "Running"). Because nothing
 * else counts, a run goes on after a kill exactly as if it had not been interrupted.
 */
export type Unit = {
  readonly step: PlannedStep;
  /** The account it acts for where the run has several targets, else 0. */
  readonly accountId: number;
};

export type Move =
  | { readonly kind: 'start'; readonly unit: Unit; readonly attempt: number }
  /** Only retries are left, the first of them due at `until` (ms since the epoch). */
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'finish'; readonly state: RunState; readonly error: string | null };

type Situation = {
  readonly steps: readonly PlannedStep[];
  /** Account ids for a trigger without a user, else null. */
  readonly targets: readonly number[] | null;
  readonly rows: readonly RunStepRow[];
  readonly runAttempt: number;
  readonly now: number;
};

type Status =
  | { readonly kind: 'todo'; readonly attempt: number; readonly notBefore: number }
  | { readonly kind: 'over'; readonly state: 'done' | 'skipped' | 'failed' | 'interrupted' };

type Phase = { readonly move: Move | null; readonly isBroken: boolean };

const MAX_PAUSE_MS = 24 * 60 * 60 * 1000;

/** The next move. Steps run in order, each for all its accounts; then, when one failed, the failure actions. */
export function nextMove(situation: Situation): Move {
  const main = situation.steps.filter(({ step }) => !step.failureAction);
  const first = runPhase(situation, main);
  if (first.move !== null) return first.move;
  if (first.isBroken) {
    const failureActions = runPhase(
      situation,
      situation.steps.filter(({ step }) => step.failureAction),
    );
    if (failureActions.move !== null) return failureActions.move;
  }
  const errors = errorsSoFar(situation);
  return { kind: 'finish', state: finalState(situation, main), error: errors.length === 0 ? null : errors.join('; ').slice(0, 2000) };
}

/** The steps' units: one, or one per target for a step that acts in a user's tree. */
export function unitsOf(step: PlannedStep, targets: readonly number[] | null): Unit[] {
  if (targets === null || !step.needsUser) return [{ step, accountId: 0 }];
  return targets.map((accountId) => ({ step, accountId }));
}

/** What failed so far in this attempt of the run, in the words that `.Errors` shows. */
export function errorsSoFar({ steps, rows, runAttempt }: Pick<Situation, 'steps' | 'rows' | 'runAttempt'>): string[] {
  const last = new Map<string, RunStepRow>();
  for (const row of rows) if (row.runAttempt === runAttempt) last.set(`${row.step}/${row.accountId}`, row);
  return [...last.values()]
    .filter((row) => row.state === 'failed' || row.state === 'interrupted')
    .map((row) => `action "${steps.find(({ index }) => index === row.step)?.name ?? '?'}" failed: ${row.error ?? 'unknown reason'}`);
}

function runPhase(situation: Situation, steps: readonly PlannedStep[]): Phase {
  let isBroken = false;
  for (const step of steps) {
    let hasFailed = false;
    let waitUntil = Infinity;
    for (const unit of unitsOf(step, situation.targets)) {
      const status = statusOf(situation, unit);
      if (status.kind === 'todo') {
        if (status.notBefore <= situation.now) return { move: { kind: 'start', unit, attempt: status.attempt }, isBroken };
        waitUntil = Math.min(waitUntil, status.notBefore);
      } else if (status.state === 'failed' || status.state === 'interrupted') {
        hasFailed = true;
      }
    }
    if (waitUntil !== Infinity) return { move: { kind: 'wait', until: waitUntil }, isBroken };
    isBroken ||= hasFailed;
    if (hasFailed && step.step.stopOnFailure) break;
  }
  return { move: null, isBroken };
}

function statusOf({ rows, runAttempt, now }: Situation, { step, accountId }: Unit): Status {
  const own = rows.filter((row) => row.step === step.index && row.accountId === accountId);
  const current = own.filter((row) => row.runAttempt === runAttempt);
  const attempt = (own.at(-1)?.attempt ?? 0) + 1;
  const last = current.at(-1);
  if (last === undefined) {
    // A retry by hand leaves alone what succeeded before; failure actions belong to the attempt that failed.
    const before = step.step.failureAction ? undefined : own.at(-1);
    if (before?.state === 'done' || before?.state === 'skipped') return { kind: 'over', state: before.state };
    return { kind: 'todo', attempt, notBefore: 0 };
  }
  switch (last.state) {
    case 'done':
    case 'skipped':
      return { kind: 'over', state: last.state };
    case 'failed': {
      const failures = current.filter((row) => row.state === 'failed').length;
      if (failures > step.step.retries) return { kind: 'over', state: 'failed' };
      const pause = Math.min(step.step.retryDelaySeconds * 1000 * 2 ** (failures - 1), MAX_PAUSE_MS);
      return { kind: 'todo', attempt, notBefore: (last.finishedAt ?? now) + pause };
    }
    case 'interrupted':
      return step.repeatSafe ? { kind: 'todo', attempt, notBefore: 0 } : { kind: 'over', state: 'interrupted' };
    case 'pending':
    case 'started':
      // Recovery turns what a kill left started into interrupted before any run goes on.
      throw new Error(`Step ${step.index} of a run is still at work.`);
  }
}

function finalState(situation: Situation, main: readonly PlannedStep[]): RunState {
  let done = 0;
  let failed = 0;
  for (const unit of main.flatMap((step) => unitsOf(step, situation.targets))) {
    const status = statusOf(situation, unit);
    if (status.kind === 'todo') continue; // Behind a stop on failure.
    if (status.state === 'interrupted') return 'interrupted';
    if (status.state === 'failed') failed++;
    else if (status.state === 'done') done++;
  }
  if (failed === 0) return 'done';
  return done === 0 ? 'failed' : 'partly';
}
