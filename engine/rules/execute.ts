import { AppError, toAppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import { operationOf, type RunRow, type RunStepRow } from '../store/runs-table.ts';
import type { PlannedStep, StoredPlans } from './definition.ts';
import type { Detail } from '../actions/runner.ts';
import type { Account } from '../contract/account.ts';
import { affectedAccountId, type FieldSources, fieldValues } from './fields.ts';
import { earlierResults } from './earlier.ts';
import { createMask } from './mask.ts';
import { peopleOf } from './people.ts';
import { performStep, type Result } from './perform.ts';
import { stepsOfRun } from './phases.ts';
import { enterFlow, flowExpired } from './flow-calls.ts';
import { errorsSoFar, type Move, nextMove, type Unit } from './plan.ts';
import { meetsOnlyWhen, prepareStep } from './prepare.ts';
import { type Fields, render, toFields } from './render.ts';
import { ruleActor } from './rule-actor.ts';
import { variablesOf } from './variables.ts';
import type { RulesServices } from './services.ts';

/** What tells a run to pause: `parking` between two steps, `stop` in the middle of one. */
export type Halt = {
  readonly parking: () => boolean;
  readonly stop: AbortSignal;
  /** Why the run shall end at once, in words, where somebody wants that. */
  readonly cancelled: () => string | null;
};

const RECORD_AGAIN_MS = 5000;
/** How often a run looks whether the flow that it waits for is free. */
const LOOK_AGAIN_MS = 2000;

/**
 * Takes a claimed run as far as it goes now: to its end, to a pause before a retry, or, at a stop, to the next step that can be left for
 * later. Whatever is returned from is in the database. Rejects only when the database cannot be written at a stop.
 */
export async function executeRun(services: RulesServices, plans: StoredPlans, claimed: RunRow, halt: Halt): Promise<void> {
  const { store, clock } = services;
  const { runs } = store.tables;
  const planned = plans(claimed);
  if (planned === undefined) throw new AppError('internal', `Version ${claimed.ruleVersion} of rule ${claimed.ruleId} is missing.`);
  const steps = stepsOfRun(claimed, planned);
  const targets = claimed.targets === null ? null : (JSON.parse(claimed.targets) as number[]);
  const event = claimed.eventId === null ? operationOf(claimed) : (store.tables.events.get(claimed.eventId) ?? null);
  const items = itemsOf(services, claimed);
  const rows = runs.steps(claimed.id);
  for (;;) {
    const cancelled = halt.cancelled();
    if (cancelled !== null) {
      await recordEnd(services, claimed, { state: 'cancelled', error: cancelled }, halt);
      return;
    }
    const move = nextMove({ steps, targets, rows, runAttempt: claimed.attempt, now: clock.now() });
    switch (move.kind) {
      case 'finish':
        await recordEnd(services, claimed, move, halt);
        return;
      case 'wait':
        store.transaction(() => runs.postpone(claimed.id, 'waiting', move.until));
        return;
      case 'expire': {
        const row = flowExpired(claimed, move, clock.now());
        rows.push(row);
        await recordStep(services, claimed, move.unit.step, row, halt);
        break;
      }
      case 'start': {
        if (halt.parking()) {
          store.transaction(() => runs.postpone(claimed.id, 'queued', clock.now()));
          return;
        }
        const attempted = await attemptStep(services, { run: claimed, event, items, steps, rows, ...move }, halt);
        if (attempted === 'stopped') return;
        if (attempted === 'busy') {
          store.transaction(() => runs.postpone(claimed.id, 'waiting', clock.now() + LOOK_AGAIN_MS));
          return;
        }
        const { row, isRecorded } = attempted;
        rows.push(row);
        if (isRecorded) break;
        const reason = halt.cancelled();
        const next: Move =
          reason === null
            ? nextMove({ steps, targets, rows, runAttempt: claimed.attempt, now: clock.now() })
            : { kind: 'finish', state: 'cancelled', error: reason };
        // The last step and the run end in one turn of the event loop, and so in one commit.
        const isLast = next.kind === 'finish';
        await Promise.all([
          recordStep(services, claimed, move.unit.step, row, halt),
          isLast ? recordEnd(services, claimed, { ...next, last: row }, halt) : undefined,
        ]);
        if (isLast) return;
      }
    }
  }
}

/** The events of a batch that the log still holds. */
function itemsOf(services: RulesServices, run: RunRow): FieldSources['items'] {
  if (run.items === 0) return [];
  const { events, runs } = services.store.tables;
  return runs.items(run.id).flatMap((eventId) => events.get(eventId) ?? []);
}

export type StepAttempt = {
  readonly run: RunRow;
  readonly event: StoredEvent | null;
  readonly items: FieldSources['items'];
  readonly steps: readonly PlannedStep[];
  readonly rows: readonly RunStepRow[];
  readonly unit: Unit;
  readonly attempt: number;
  readonly deadline: number;
};

/** How an attempt ended: with its row, which may be on record already; not at all; or before it began, since a flow is in use. */
type Attempted = { readonly row: RunStepRow; readonly isRecorded: boolean } | 'stopped' | 'busy';

/**
 * One attempt of one step: its row is committed before the action begins. Resolves with the row as it ended, which a skipped step and the
 * call of a flow have written already.
 */
export async function attemptStep(
  services: RulesServices,
  { run, event, items, steps, rows, unit, attempt, deadline }: StepAttempt,
  halt: Halt,
): Promise<Attempted> {
  const { store, clock } = services;
  const planned = unit.step;
  const mask = createMask();
  const row: RunStepRow = {
    runId: run.id,
    step: planned.index,
    accountId: unit.accountId,
    attempt,
    runAttempt: run.attempt,
    state: 'started',
    startedAt: clock.now(),
    finishedAt: null,
    inputs: null,
    detail: null,
    error: null,
  };
  const end = (state: 'done' | 'failed', { error, detail }: Result, inputs: string | null): Attempted => ({
    row: { ...row, state, finishedAt: clock.now(), inputs, detail: detail === null ? null : JSON.stringify(detail), error },
    isRecorded: false,
  });
  const writeNow = (state: 'done' | 'skipped', detail: Detail): Attempted => {
    const written: RunStepRow = { ...row, state, finishedAt: clock.now(), detail: JSON.stringify(detail) };
    store.transaction(() => store.tables.runs.putStep(written));
    return { row: written, isRecorded: true };
  };
  const accountId = unit.accountId !== 0 ? unit.accountId : event === null ? null : affectedAccountId(event);
  const accountNow = () => (accountId === null ? null : (services.accounts.byId(accountId) ?? null));
  const account = accountNow();
  const people = peopleOf(services);
  const recipientNow = () => (run.recipientId === null ? null : (services.accounts.byId(run.recipientId) ?? null));
  const errors = errorsSoFar({ steps, rows, runAttempt: run.attempt });
  const variables = variablesOf(steps, rows);
  const earlier = earlierResults(steps, rows, services);
  /** As they are at this moment: a template may be waited for. */
  const fieldsNow = (recipient: Account | null = recipientNow()): Fields => {
    const world = { account: accountNow(), recipient, people, now: clock.now() };
    return toFields(fieldValues({ run, event, items, errors, earlier, variables, ...world }));
  };
  let prepared;
  try {
    if (run.eventId !== null && event === null)
      throw new AppError('action_failed', 'The event that set this run off is no longer in the log.');
    if ((unit.accountId !== 0 && account === null) || (run.recipientId !== null && recipientNow() === null))
      throw new AppError('action_failed', 'The account that this was meant for no longer exists.');
    const fields = fieldsNow();
    if (!meetsOnlyWhen(planned.step, fields)) return writeNow('skipped', { result: 'the "only when" template says no' });
    if (planned.control?.kind === 'call') {
      const entered = enterFlow(store, run.id, planned.control.flow, planned.flow);
      return entered === 'busy' ? 'busy' : writeNow(entered.state, entered.detail);
    }
    prepared = prepareStep(planned.step, fields, services.secrets, mask);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'ours') services.log.error(`a step of run ${run.id} could not be prepared`, error.cause ?? error);
    return end('failed', { error: mask.text(error.message), detail: null }, null);
  }
  const inputs = JSON.stringify(prepared.inputs);
  await services.stepStarts.commit({ ...row, inputs });
  const result = await performStep(services, {
    runId: run.id,
    // A flow by itself keeps its cursors under numbers that no rule has.
    rule: { id: run.flowId === null ? run.ruleId : -run.flowId, trigger: run.trigger },
    event,
    account,
    earlier,
    planned,
    prepared,
    mask,
    stop: halt.stop,
    deadline,
    render: (template, recipient) => render(template, fieldsNow(recipient)),
  });
  if (halt.stop.aborted && result.error !== null) {
    const cancelled = halt.cancelled();
    // Ended by the stop: whether it had its effect is unknown, and the row says just that.
    if (cancelled === null) return 'stopped';
    const error = `${cancelled} It was broken off in the middle.`;
    return { row: { ...row, state: 'interrupted', finishedAt: clock.now(), inputs, error }, isRecorded: false };
  }
  return end(result.error === null ? 'done' : 'failed', result, inputs);
}

/** Closes an attempt and records ACTION_RUN, in one transaction. */
export async function recordStep(services: RulesServices, run: RunRow, planned: PlannedStep, row: RunStepRow, halt: Halt): Promise<void> {
  await persist(services, halt, () =>
    services.events.record(
      {
        type: 'ACTION_RUN',
        info: {
          rule: run.ruleName,
          run_id: run.id,
          attempt: row.attempt,
          outcome: row.state,
          action: planned.name,
          step: planned.index,
          ...(row.error === null ? {} : { error: row.error }),
        },
        actor: ruleActor(run.id),
        ...recordOf(run),
        objectVersion: run.ruleVersion,
        outcome: row.state === 'done' ? 'ok' : 'failed',
        durationMs: row.startedAt === null || row.finishedAt === null ? null : row.finishedAt - row.startedAt,
      },
      () => {
        services.store.tables.runs.putStep(row);
        return undefined;
      },
    ),
  );
}

/** The record that a run's events are about: its rule, or the flow that runs by itself. */
function recordOf({ flowId, ruleId }: RunRow) {
  return flowId === null ? { objectId: ruleId } : ({ object: { schema: 'BASE', type: 'flow' }, objectId: flowId } as const);
}

const DAY_MS = 86_400_000;

/** Ends the run and records RULE_RUN, in one transaction; with the last step, should that one's own record be late. */
export async function recordEnd(
  services: RulesServices,
  run: RunRow,
  { state, error, last }: { readonly state: RunRow['state']; readonly error: string | null; readonly last?: RunStepRow },
  halt: Halt,
): Promise<void> {
  const { clock, events, store } = services;
  const at = clock.now();
  await persist(services, halt, () =>
    events.record(
      {
        type: 'RULE_RUN',
        info: { rule: run.ruleName, run_id: run.id, attempt: run.attempt, outcome: state, ...(error === null ? {} : { error }) },
        actor: ruleActor(run.id),
        ...recordOf(run),
        objectVersion: run.ruleVersion,
        outcome: state === 'done' ? 'ok' : state === 'cancelled' ? 'aborted' : 'failed',
        durationMs: Math.max(0, at - (run.startedAt ?? at)),
      },
      () => {
        const { runs, rules } = store.tables;
        if (last !== undefined) runs.putStep(last);
        if (state === 'cancelled') runs.closeBatch(run.id, at);
        runs.finish(run.id, state, at, error);
        const asked = operationOf(run);
        if (asked !== null) runs.keepOperation(run.id, JSON.stringify(events.operationAsKept(asked)));
        if (run.flowId !== null) return undefined;
        runs.countDay(run, Math.floor(at / DAY_MS), state !== 'done' && state !== 'cancelled');
        // A run that Gatehouse itself or a person cut short says nothing about the rule.
        // Nor does a refusal say that it is broken: a rule that partners wait for must not pause itself by doing its work.
        if (state !== 'interrupted' && state !== 'cancelled' && run.operation === null)
          rules.countEnd(run.ruleId, run.ruleVersion, state !== 'done');
        return undefined;
      },
    ),
  );
}

/**
 * Records again and again until the database takes it: the effect has happened, and forgetting that would let it happen twice.
 * At a stop it gives up; the started row then tells the next start.
 */
async function persist(services: RulesServices, halt: Halt, record: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await record();
      return;
    } catch (error) {
      if (halt.parking()) throw error;
      services.log.error('the result of an action could not be recorded; trying again', error);
      await new Promise((resolve) => setTimeout(resolve, RECORD_AGAIN_MS).unref());
    }
  }
}
