import type { RunState } from '../contract/rule.ts';
import type { RunStepRow } from '../store/runs-table.ts';
import type { PlannedFlow, PlannedStep } from './definition.ts';

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
  /** `deadline` is when the flow that it stands in has used up its time, ms since the epoch; Infinity where nothing limits it. */
  | { readonly kind: 'start'; readonly unit: Unit; readonly attempt: number; readonly deadline: number }
  /** The flow that this step called has used up its time. */
  | { readonly kind: 'expire'; readonly unit: Unit; readonly attempt: number }
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
  /** It was not begun, and will not be. */
  | { readonly kind: 'never' }
  | { readonly kind: 'over'; readonly state: 'done' | 'skipped' | 'failed' | 'interrupted' };

/** `ended`: an action stopped the flow, or the whole run. */
type Phase = { readonly move: Move | null; readonly isBroken: boolean; readonly ended: 'run' | 'flow' | null };

type List = readonly PlannedStep[];

const MAX_PAUSE_MS = 24 * 60 * 60 * 1000;

/** The next move. Steps run in order, each for all its accounts; then, when one failed, the failure actions. */
export function nextMove(situation: Situation): Move {
  const roots = situation.steps.filter(({ depth }) => depth === 0);
  const { move } = runList(situation, roots);
  if (move !== null) return move;
  const errors = errorsSoFar(situation);
  return { kind: 'finish', state: finalState(situation, roots), error: errors.length === 0 ? null : errors.join('; ').slice(0, 2000) };
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

/** The steps of a rule, and its failure actions where one of them failed. */
function runList(situation: Situation, list: List): Phase {
  const first = runPhase(situation, mainOf(list));
  return first.move !== null || !first.isBroken ? first : rescue(situation, list, first);
}

function rescue(situation: Situation, list: List, first: Phase): Phase {
  const second = runPhase(
    situation,
    list.filter(({ step }) => step.failureAction),
  );
  return { move: second.move, isBroken: true, ended: first.ended === 'run' ? 'run' : second.ended };
}

const mainOf = (list: List): List => list.filter(({ step }) => !step.failureAction);

function runPhase(situation: Situation, steps: List): Phase {
  let isBroken = false;
  for (const step of steps) {
    const { move, isBroken: hasFailed, ended } = step.flow === null ? runUnits(situation, step) : runCall(situation, step, step.flow);
    if (move !== null) return { move, isBroken, ended: null };
    isBroken ||= hasFailed;
    if (ended !== null) return { move: null, isBroken, ended };
    if (hasFailed && step.step.stopOnFailure) break;
  }
  return { move: null, isBroken, ended: null };
}

/** One step for all its accounts. */
function runUnits(situation: Situation, step: PlannedStep): Phase {
  let hasFailed = false;
  let wasReached = false;
  let waitUntil = Infinity;
  for (const unit of unitsOf(step, situation.targets)) {
    const status = statusOf(situation, unit);
    if (status.kind === 'todo') {
      if (status.notBefore <= situation.now) {
        return { move: { kind: 'start', unit, attempt: status.attempt, deadline: Infinity }, isBroken: false, ended: null };
      }
      waitUntil = Math.min(waitUntil, status.notBefore);
    } else if (status.kind === 'over') {
      hasFailed ||= status.state === 'failed' || status.state === 'interrupted';
      wasReached ||= status.state !== 'skipped';
    }
  }
  if (waitUntil !== Infinity) return { move: { kind: 'wait', until: waitUntil }, isBroken: false, ended: null };
  return { move: null, isBroken: hasFailed, ended: wasReached && step.control?.kind === 'end' ? step.control.scope : null };
}

/** A call: its own row says that the flow was entered, and once more, as failed, that the flow has used up its time. */
function runCall(situation: Situation, step: PlannedStep, flow: PlannedFlow): Phase {
  const call = runUnits(situation, step);
  if (call.move !== null) return call;
  const rows = rowsOf(situation, step);
  const entered = rows.find(({ state }) => state === 'done');
  if (entered === undefined) return call;
  const isExpired = call.isBroken;
  const first: Phase = isExpired ? { move: null, isBroken: true, ended: null } : runPhase(situation, mainOf(flow.steps));
  if (first.move !== null) {
    const deadline = flow.maxSeconds === undefined ? Infinity : (entered.finishedAt ?? situation.now) + flow.maxSeconds * 1000;
    return { ...first, move: inTime(situation, step, first.move, deadline) };
  }
  const { move, isBroken, ended } = first.isBroken ? rescue(situation, flow.steps, first) : first;
  // What stops the flow alone is over here.
  return { move, isBroken, ended: ended === 'run' ? 'run' : null };
}

function inTime(situation: Situation, step: PlannedStep, move: Move, deadline: number): Move {
  if (move.kind === 'expire' || move.kind === 'finish') return move;
  if (situation.now >= deadline) {
    return { kind: 'expire', unit: { step, accountId: 0 }, attempt: (rowsOf(situation, step).at(-1)?.attempt ?? 0) + 1 };
  }
  if (move.kind === 'wait') return { kind: 'wait', until: Math.min(move.until, deadline) };
  return { ...move, deadline: Math.min(move.deadline, deadline) };
}

/** The rows of a step in this attempt of the run. */
function rowsOf({ rows, runAttempt }: Situation, { index }: PlannedStep): readonly RunStepRow[] {
  return rows.filter((row) => row.step === index && row.runAttempt === runAttempt);
}

function statusOf(situation: Situation, unit: Unit): Status {
  const status = statusOnRecord(situation, unit);
  if (!unit.step.isClosed || status.kind !== 'todo') return status;
  const last = situation.rows.findLast((row) => row.step === unit.step.index && row.accountId === unit.accountId)?.state;
  return last === 'failed' || last === 'interrupted' ? { kind: 'over', state: last } : { kind: 'never' };
}

function statusOnRecord({ rows, runAttempt, now }: Situation, { step, accountId }: Unit): Status {
  const own = rows.filter((row) => row.step === step.index && row.accountId === accountId);
  const current = own.filter((row) => row.runAttempt === runAttempt);
  const attempt = (own.at(-1)?.attempt ?? 0) + 1;
  const last = current.at(-1);
  if (last === undefined) {
    // A retry by hand leaves alone what succeeded before; failure actions belong to the attempt that failed.
    // A flow is entered anew, and goes on where its own steps have come to.
    const before = step.isRescue || step.flow !== null ? undefined : own.at(-1);
    if (before?.state === 'done' || before?.state === 'skipped') return { kind: 'over', state: before.state };
    return { kind: 'todo', attempt, notBefore: 0 };
  }
  switch (last.state) {
    case 'done':
    case 'skipped':
      return { kind: 'over', state: last.state };
    case 'failed': {
      const failures = current.filter((row) => row.state === 'failed').length;
      if (failures > step.step.retries || step.flow !== null) return { kind: 'over', state: 'failed' };
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

function finalState(situation: Situation, roots: List): RunState {
  let done = 0;
  let failed = 0;
  for (const unit of leavesOf(situation, roots)) {
    const status = statusOf(situation, unit);
    if (status.kind !== 'over') continue; // Behind a stop on failure, or closed.
    if (status.state === 'interrupted') return 'interrupted';
    if (status.state === 'failed') {
      // Somebody said what it is to be.
      if (unit.step.control?.kind === 'end' && unit.step.control.scope === 'run') return 'failed';
      failed++;
    } else if (status.state === 'done') done++;
  }
  if (failed === 0) return 'done';
  return done === 0 ? 'failed' : 'partly';
}

/** Everything that counts for the outcome: a call only where it failed itself, else the steps of its flow. */
function leavesOf(situation: Situation, list: List): Unit[] {
  return mainOf(list).flatMap((step) => {
    if (step.flow === null) return unitsOf(step, situation.targets);
    const call: Unit = { step, accountId: 0 };
    const status = statusOf(situation, call);
    const hasFailed = status.kind === 'over' && status.state === 'failed';
    return [...(hasFailed ? [call] : []), ...leavesOf(situation, step.flow.steps)];
  });
}
