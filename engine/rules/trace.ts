import type { Run, RunTrace } from '../contract/rule.ts';
import type { StoredEvent } from '../contract/event.ts';
import { isoTime } from '../lib/clock.ts';
import type { RunRow, RunStepRow, RunTraceRows } from '../store/runs-table.ts';
import type { Check } from './conditions.ts';
import { callOf, parseDefinition, type PlannedStep, planSteps, readFlows } from './definition.ts';
import { unitsOf } from './plan.ts';

const OVER = new Set(['done', 'partly', 'failed', 'interrupted', 'cancelled', 'filtered']);

/** A run as the API shows it. */
export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    ruleId: row.ruleId,
    flowId: row.flowId,
    ruleName: row.ruleName,
    ruleVersion: row.ruleVersion,
    eventId: row.eventId,
    trigger: row.trigger,
    state: row.state,
    attempt: row.attempt,
    items: row.items,
    createdAt: isoTime(row.createdAt),
    startedAt: timeOrNull(row.startedAt),
    finishedAt: timeOrNull(row.finishedAt),
    error: row.error,
  };
}

/** A run with every step and every attempt, also those steps that were never reached. */
export function toTrace({ run, definition, flows, event, steps, usernames }: RunTraceRows): RunTrace {
  const source = run.flowId !== null ? callOf(run.flowId, run.ruleName) : definition === null ? null : parseDefinition(definition);
  const planned = source === null ? [] : planSteps(source, readFlows(flows));
  const targets = run.targets === null ? null : (JSON.parse(run.targets) as number[]);
  const nameOf = (step: PlannedStep | undefined, accountId: number): string => {
    const name = step?.name ?? '?';
    return accountId === 0 ? name : `${name} (${usernames[String(accountId)] ?? `account ${accountId}`})`;
  };
  const attempts = steps.map((row) => attemptOf(row, planned[row.step], nameOf(planned[row.step], row.accountId)));
  const untouched = planned.flatMap((step) => {
    const units = unitsOf(step, targets);
    if (units.length === 0) return [neverRun(step, step.name, 'skipped', { result: 'nobody to act on' })];
    return units
      .filter((unit) => !steps.some((row) => row.step === step.index && row.accountId === unit.accountId))
      .map((unit) => neverRun(step, nameOf(step, unit.accountId), OVER.has(run.state) ? 'skipped' : 'pending', null));
  });
  return {
    ...toRun(run),
    event: event === null ? null : asJson(event),
    conditions: JSON.parse(run.trace) as Check[],
    steps: [...attempts, ...untouched].sort((a, b) => a.index - b.index),
  };
}

/** As JSON has it, which knows no keys that may be undefined. */
function asJson({ _user, ...event }: StoredEvent): RunTrace['event'] {
  return { ...event, _user: _user === null ? null : { ..._user, login: _user.login ?? _user._generated_displayname } };
}

type TraceStep = RunTrace['steps'][number];

function attemptOf(row: RunStepRow, step: PlannedStep | undefined, name: string): TraceStep {
  return {
    index: row.step,
    depth: step?.depth ?? 0,
    name,
    action: step?.step.action ?? '?',
    state: row.state,
    attempt: row.attempt,
    startedAt: timeOrNull(row.startedAt),
    finishedAt: timeOrNull(row.finishedAt),
    durationMs: row.startedAt === null || row.finishedAt === null ? null : row.finishedAt - row.startedAt,
    inputs: parseOrNull(row.inputs),
    detail: parseOrNull(row.detail),
    error: row.error,
  };
}

function neverRun(step: PlannedStep, name: string, state: 'skipped' | 'pending', detail: TraceStep['detail']): TraceStep {
  return {
    index: step.index,
    depth: step.depth,
    name,
    action: step.step.action,
    state,
    attempt: 0,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    inputs: null,
    detail,
    error: null,
  };
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}

function parseOrNull(json: string | null): TraceStep['detail'] {
  return json === null ? null : (JSON.parse(json) as TraceStep['detail']);
}
