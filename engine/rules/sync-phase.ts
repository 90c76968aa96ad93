import { findAction } from '../actions/catalog.ts';
import { toAppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { RunRow, RunStepRow } from '../store/runs-table.ts';
import type { PlannedStep } from './definition.ts';
import { attemptStep, type Halt, recordStep } from './execute.ts';
import { flowExpired } from './flow-calls.ts';
import type { Patience } from './patience.ts';
import { nextMove } from './plan.ts';
import type { RulesServices } from './services.ts';

/** How the actions that a client waits for came out. */
export type SyncResult =
  /** `servePath`: the file that one of them would have served instead, a virtual path. `asksCode`: a code was sent and has to be asked for. */
  | { readonly kind: 'passed'; readonly servePath: string | null; readonly asksCode: boolean }
  | { readonly kind: 'failed'; readonly error: string }
  /** The time was over before all were done. What was at work is on record as failed, what had not begun has no row. */
  | { readonly kind: 'late'; readonly error: string };

/** How often is looked whether the flow that is waited for is free. */
const LOOK_AGAIN_MS = 500;

type Phase = {
  readonly run: RunRow;
  readonly event: StoredEvent;
  /** Those that the client waits for, in order. */
  readonly steps: readonly PlannedStep[];
};

/**
 * Runs the actions that a client waits for. Every attempt is on record when it resolves, and before an action begins its row is committed.
 * Rejects when the log cannot be written.
 */
export async function runSyncSteps(services: RulesServices, { run, event, steps }: Phase, patience: Patience): Promise<SyncResult> {
  const { clock } = services;
  // Nobody is there to wait until the log can be written again.
  const halt: Halt = { parking: () => true, stop: patience.signal, cancelled: () => null };
  const rows: RunStepRow[] = [];
  for (;;) {
    const move = nextMove({ steps, targets: null, rows, runAttempt: run.attempt, now: clock.now() });
    if (move.kind === 'finish') {
      if (move.state === 'done') return { kind: 'passed', servePath: servedPath(steps, rows), asksCode: asksCode(steps, rows) };
      return { kind: 'failed', error: move.error ?? 'an action failed' };
    }
    if (patience.signal.aborted) return { kind: 'late', error: lateWords(patience) };
    if (move.kind === 'wait') {
      await patience.pause(move.until - clock.now());
      continue;
    }
    const { step } = move.unit;
    if (move.kind === 'expire') {
      const row = flowExpired(run, move, clock.now());
      rows.push(row);
      await recordStep(services, run, step, row, halt);
      continue;
    }
    const startedAt = clock.now();
    const attempt = attemptStep(services, { run, event, items: [], steps, rows, ...move }, halt);
    // An action that does not react to its signal is not waited for either.
    const ended = await Promise.race([attempt, patience.over]);
    if (ended === 'busy') {
      await patience.pause(LOOK_AGAIN_MS);
      continue;
    }
    const attempted = ended === 'stopped' ? null : ended;
    // At a stop its row stays as it is; the next start says what that means.
    if (attempted === null && isStopped(patience)) return { kind: 'late', error: lateWords(patience) };
    const row =
      attempted?.row ?? endedRow(run, step, { attempt: move.attempt, startedAt, finishedAt: clock.now(), error: lateWords(patience) });
    rows.push(row);
    if (attempted?.isRecorded !== true) await recordStep(services, run, step, row, halt);
    if (attempted === null) return { kind: 'late', error: lateWords(patience) };
  }
}

/** A failed attempt of a step. */
export function endedRow(
  run: RunRow,
  step: PlannedStep,
  { attempt, startedAt, finishedAt, error }: Pick<RunStepRow, 'attempt' | 'startedAt' | 'finishedAt' | 'error'>,
): RunStepRow {
  return {
    runId: run.id,
    step: step.index,
    accountId: 0,
    attempt,
    runAttempt: run.attempt,
    state: 'failed',
    startedAt,
    finishedAt,
    inputs: null,
    detail: null,
    error,
  };
}

function isStopped({ signal }: Patience): boolean {
  return toAppError(signal.reason).code === 'shutting_down';
}

function lateWords({ signal }: Patience): string {
  return toAppError(signal.reason).message;
}

/** What the last of the actions that serve another file said. */
function servedPath(steps: readonly PlannedStep[], rows: readonly RunStepRow[]): string | null {
  const path = resultOf(steps, rows, 'servesFile')['path'];
  return typeof path === 'string' ? path : null;
}

function asksCode(steps: readonly PlannedStep[], rows: readonly RunStepRow[]): boolean {
  return resultOf(steps, rows, 'asksCode')['asks'] === true;
}

/** The result of the last done action of this kind. */
function resultOf(
  steps: readonly PlannedStep[],
  rows: readonly RunStepRow[],
  kind: 'servesFile' | 'asksCode',
): Readonly<Record<string, unknown>> {
  const indices = new Set(steps.filter(({ step }) => findAction(step.action)?.[kind] === true).map(({ index }) => index));
  const detail = rows.findLast((row) => row.state === 'done' && indices.has(row.step))?.detail ?? null;
  return detail === null ? {} : (JSON.parse(detail) as Record<string, unknown>);
}
