import { randomUUID } from 'node:crypto';
import { AppError, toAppError } from '../contract/errors.ts';
import type { Account } from '../contract/account.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { ParsedInput } from '../contract/rpc.ts';
import { ruleInputSchema, type StepTrace } from '../contract/rule.ts';
import { isoTime } from '../lib/clock.ts';
import { SAMPLE_EVENTS } from '../templates/index.ts';
import { planSteps, type PlannedStep, type RuleDefinition } from './definition.ts';
import { affectedAccountId, fieldValues, type FieldSources, recipientValues } from './fields.ts';
import { createMask } from './mask.ts';
import { peopleOf } from './people.ts';
import { performStep, type Result } from './perform.ts';
import { prepareStep, type PreparedStep, type Secrets } from './prepare.ts';
import { type FieldValues, render, toFields } from './render.ts';
import { type Change, knownSecrets, problemsNow, ruleRow } from './rule-book.ts';
import { sealSteps } from './seal.ts';
import type { RulesServices } from './services.ts';

/** Tests of single actions. */
export type TryAction = {
  /**
   * Does one action for real, with all its limits, on an event or on sample values, and resolves with its masked trace also when it
   * fails. Recorded as an ACTION_RUN of the caller without a run. Rejects with `invalid_input` at the field for a configuration that
   * no rule could have, with `not_found` for an unknown event, account or rule, with `conflict` when too many tests run already.
   */
  run(input: ParsedInput<'rules.testAction'>, by: Change): Promise<StepTrace>;
  /** Aborts what is being tested. */
  stop(): void;
};

const MAX_AT_ONCE = 4;
const NAME = 'Test of an action';

export function createTryAction(services: RulesServices): TryAction {
  const stop = new AbortController();
  let atWork = 0;
  return {
    async run(input, by) {
      if (atWork >= MAX_AT_ONCE) throw new AppError('conflict', `${MAX_AT_ONCE} tests are running already. Wait until one has ended.`);
      atWork++;
      try {
        return await tryAction(services, input, by, stop.signal);
      } finally {
        atWork--;
      }
    },
    stop: () => stop.abort(new AppError('shutting_down', 'Gatehouse was stopped in the middle of it.')),
  };
}

async function tryAction(
  services: RulesServices,
  input: ParsedInput<'rules.testAction'>,
  by: Change,
  stop: AbortSignal,
): Promise<StepTrace> {
  const secrets = openSecrets(services.secrets);
  const planned = plan(services, input, secrets);
  const event = eventOf(services, input.eventId);
  const account = accountOf(services, input.username, event);
  const mask = createMask();
  const startedAt = services.clock.now();
  const fieldsNow = (recipient?: Account) =>
    toFields({
      ...valuesOf(services, event, account),
      ...(recipient === undefined ? {} : recipientValues(recipient)),
      Now: services.clock.now(),
    });
  let prepared: PreparedStep | null = null;
  let result: Result;
  try {
    prepared = prepareStep(planned.step, fieldsNow(), secrets, mask);
    result = await performStep(services, {
      runId: null,
      rule: null,
      event,
      account,
      earlier: [],
      planned,
      prepared,
      mask,
      stop,
      deadline: Infinity,
      render: (template, recipient) => render(template, fieldsNow(recipient)),
    });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'ours') throw error;
    result = { error: mask.text(error.message), detail: null };
  }
  const finishedAt = services.clock.now();
  const state = result.error === null ? 'done' : 'failed';
  await services.events.record({
    type: 'ACTION_RUN',
    info: {
      rule: NAME,
      run_id: 0,
      attempt: 1,
      outcome: state,
      action: planned.step.action,
      ...(result.error === null ? {} : { error: result.error }),
    },
    actor: by.actor,
    batchId: by.batchId,
    outcome: state === 'done' ? 'ok' : 'failed',
    durationMs: finishedAt - startedAt,
  });
  return {
    index: 0,
    depth: 0,
    name: planned.name,
    action: planned.step.action,
    state,
    attempt: 1,
    startedAt: isoTime(startedAt),
    finishedAt: isoTime(finishedAt),
    durationMs: finishedAt - startedAt,
    inputs: (prepared?.inputs ?? null) as StepTrace['inputs'],
    detail: result.detail as StepTrace['detail'],
    error: result.error,
  };
}

/** The step as a rule would have it. Throws `invalid_input` for the first thing that a rule would be incomplete for. */
function plan(services: RulesServices, { action, config, ruleId }: ParsedInput<'rules.testAction'>, secrets: Secrets): PlannedStep {
  const known = knownSecrets(services, ruleId === undefined ? undefined : ruleRow(services, ruleId));
  const draft = ruleInputSchema.omit({ id: true }).parse({ name: NAME, triggers: ['on-demand'], steps: [{ action, config }] });
  const sealed = sealSteps(draft.steps, known, (text) => secrets.put(text));
  const definition: RuleDefinition = { ...draft, steps: sealed.steps };
  const [problem] = [...sealed.problems, ...problemsNow(services, definition)];
  if (problem !== undefined) throw new AppError('invalid_input', problem.message, { field: problem.field.replace(/^steps\.0\./, '') });
  const [step] = planSteps(definition);
  if (step === undefined) throw new AppError('internal', 'A rule of one step has none.');
  return step;
}

/** Stored secrets, and beside them those of the unsaved configuration under ids that no stored one has. */
function openSecrets(stored: Secrets): Secrets {
  const unsaved = new Map<number, string>();
  return {
    put(text) {
      const secret = Number.MAX_SAFE_INTEGER - unsaved.size;
      unsaved.set(secret, text);
      return { secret };
    },
    get: (ref) => unsaved.get(ref.secret) ?? stored.get(ref),
  };
}

function eventOf({ store }: RulesServices, id: number | undefined): StoredEvent | null {
  if (id === undefined) return null;
  const event = store.tables.events.get(id);
  if (event === undefined) throw new AppError('not_found', `There is no event ${id} in the log.`, { field: 'eventId' });
  return event;
}

function accountOf({ accounts }: RulesServices, username: string | undefined, event: StoredEvent | null): Account | null {
  if (username !== undefined) {
    const named = accounts.list().find((account) => account.username.toLowerCase() === username.toLowerCase());
    if (named === undefined) throw new AppError('not_found', `There is no account ${username}.`, { field: 'username' });
    return named;
  }
  const id = event === null ? null : affectedAccountId(event);
  return id === null ? null : (accounts.byId(id) ?? null);
}

function valuesOf(services: RulesServices, event: StoredEvent | null, account: Account | null): FieldValues {
  const run: FieldSources['run'] = { id: 0, uid: randomUUID(), trigger: 'on-demand', ruleName: NAME, createdAt: services.clock.now() };
  if (event !== null) {
    const world = { account, recipient: null, people: peopleOf(services), now: run.createdAt };
    return fieldValues({ run, event, items: [], errors: [], earlier: [], variables: {}, ...world });
  }
  return {
    ...SAMPLE_EVENTS.upload,
    UID: run.uid,
    Rule: NAME,
    Timestamp: run.createdAt,
    ...(account === null ? {} : { Name: account.username, Email: account.email }),
  };
}
