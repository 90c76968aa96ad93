import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, toAppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { ParsedInput } from '../contract/rpc.ts';
import type { RuleTest } from '../contract/rule.ts';
import type { Check } from './conditions.ts';
import { planSteps, type RuleDefinition } from './definition.ts';
import { asAsked, askedTrigger, typesOfPast } from './asked-in-the-past.ts';
import { affectedAccountId, fieldValues } from './fields.ts';
import { isStoredFirst } from './firsts.ts';
import { createMask } from './mask.ts';
import { causeDepth, type CompiledRule, compileRule, metTriggers, ownEventGuard, triggerCheck, triggerFor } from './matcher.ts';
import { prepareStep, type Secrets } from './prepare.ts';
import { toFields } from './render.ts';
import { syncWarnings } from './sync-problems.ts';
import { knownSecrets, problemsNow, ruleRow } from './rule-book.ts';
import { flowsNow } from './pinned-flows.ts';
import { savedSecrets, withSavedActions } from './saved-actions.ts';
import { sealSteps } from './seal.ts';
import type { Member } from './members.ts';
import { peopleOf } from './people.ts';
import type { RulesServices } from './services.ts';
import type { TriggerId } from './triggers.ts';
import { NOBODY_SEES_IT, viewsOf, whoseWarnings } from './whose.ts';

type Sample = RuleTest['samples'][number];
/** What an event comes to; `failed` counts the conditions that do not hold, of which an event of another kind has no number. */
type Trial = Omit<Sample, 'steps'> & { readonly failed: number; readonly member: Member | null };

const DAY_MS = 86_400_000;
const PAGE = 200;
/** The engine's thread is given back after this long, so that partners' packets come in between. */
const TURN_MS = 3;
/** No look at the past takes longer; what it did not come to is said to be missing. */
const BUDGET_MS = 4000;

/**
 * Tries a rule, saved or not, on past events with the matcher of production, newest first. Nothing is written and nothing done: the log
 * is read by the reader worker, secrets are never opened, and the engine's thread is given back every few ms. Rejects with
 * `not_found` for a rule id that does not exist.
 */
export async function testRule(services: RulesServices, input: ParsedInput<'rules.test'>): Promise<RuleTest> {
  const { id, ...content } = input.rule;
  const steps = withSavedActions(services.store, content.steps);
  const own = knownSecrets(services, id === undefined ? undefined : ruleRow(services, id));
  const sealed = sealSteps(steps, new Set([...own, ...savedSecrets(services.store, steps)]), () => ({ secret: 1 }));
  const definition: RuleDefinition = { ...content, steps: sealed.steps };
  const problems = [...sealed.problems, ...problemsNow(services, definition)];
  const { syncSeconds, reverse } = services.settings().rules;
  const warnings = [...syncWarnings(definition, syncSeconds), ...whoseWarnings(definition, reverse)];
  const nothing: RuleTest = { problems, warnings, considered: 0, matched: 0, partial: false, samples: [] };
  // Conditions that cannot be read or never meet their trigger leave nothing to try.
  if (problems.some(({ field }) => field.startsWith('conditions'))) return nothing;
  const rule = compileRule(definition);
  const best = createBest(input.samples);
  let considered = 0;
  let matched = 0;
  const take = (event: StoredEvent): void => {
    const asked = askedTrigger(definition, event);
    const trial = asked === undefined ? tryOn(services, rule, event) : tryOn(services, rule, asAsked(event, asked), asked);
    considered++;
    if (trial.matched) matched++;
    // An event of another kind says nothing about the rule, unless somebody asked about that very event.
    if (trial.trigger !== null || input.eventIds !== undefined) best.add(trial);
  };
  const pace = createPace();
  const partial =
    input.eventIds === undefined ? await scan(services, rule, input, take, pace) : await pick(services, input.eventIds, take, pace);
  const samples: Sample[] = [];
  for (const trial of best.list()) {
    const { event, matched: isMet, trigger, conditions } = trial;
    samples.push({ event, matched: isMet, trigger, conditions, steps: isMet ? renderSteps(services, definition, trial) : [] });
    if (pace.isOver()) await pace.rest();
  }
  return { problems, warnings, considered, matched, partial, samples };
}

/** What a rule makes of a past event; of several members whom it tells of it, for the first. `asked`: the trigger that stood before it. */
export function tryOn(services: RulesServices, rule: CompiledRule, event: StoredEvent, asked?: TriggerId): Trial {
  const trigger = asked ?? triggerFor(rule, metTriggers(event, isStoredFirst(services.store)), event) ?? null;
  const checks: Check[] = [triggerCheck(rule.definition, trigger ?? event.type, trigger !== null)];
  const guard = trigger === null ? undefined : ownEventGuard(rule.definition, causeDepth(event, services.store));
  if (guard !== undefined) checks.push({ condition: 'own-event', expected: 'no effect of a rule', actual: guard, matched: false });
  if (trigger === null) return { event, matched: false, trigger, conditions: checks, failed: Infinity, member: null };
  const views = viewsOf(event, services).of(rule, trigger);
  const met = views.find(({ facts }) => rule.conditions.match(facts));
  const view = met ?? views[0];
  if (view === undefined) checks.push(NOBODY_SEES_IT);
  else checks.push(...view.checks, ...rule.conditions.explain(view.facts));
  const failed = met !== undefined && guard === undefined ? 0 : Math.max(1, checks.filter((check) => !check.matched).length);
  return { event, matched: failed === 0, trigger, conditions: checks, failed, member: view?.member ?? null };
}

/** Tells when it is the turn of others, and gives it to them. */
type Pace = { readonly isOver: () => boolean; readonly rest: () => Promise<void> };

function createPace(): Pace {
  let until = performance.now() + TURN_MS;
  return {
    isOver: () => performance.now() >= until,
    async rest() {
      await nextTurn();
      until = performance.now() + TURN_MS;
    },
  };
}

/** Reads the log backwards; true when there would be more to look at. */
async function scan(
  { store, clock }: RulesServices,
  { definition }: CompiledRule,
  { days, limit }: ParsedInput<'rules.test'>,
  take: (event: StoredEvent) => void,
  pace: Pace,
): Promise<boolean> {
  const types = typesOfPast(definition);
  if (types.length === 0) return false;
  const deadline = performance.now() + BUDGET_MS;
  const from = clock.now() - days * DAY_MS;
  const read = (size: number, before?: number) =>
    store.reader.read('events.search', { types, from, limit: Math.min(PAGE, size), ...(before === undefined ? {} : { before }) });
  let left = limit;
  let page = await read(left);
  for (;;) {
    left -= page.events.length;
    const isOver = page.cursor === null || left <= 0 || performance.now() >= deadline;
    // The reader is at the next page while this one is matched.
    const next = isOver ? undefined : read(left, page.cursor ?? undefined);
    for (const event of page.events) {
      take(event);
      if (pace.isOver()) await pace.rest();
    }
    if (next === undefined) return page.cursor !== null;
    page = await next;
  }
}

/** The named events, as far as the log still holds them. */
async function pick(
  { store }: RulesServices,
  eventIds: readonly number[],
  take: (event: StoredEvent) => void,
  pace: Pace,
): Promise<boolean> {
  for (const id of eventIds) {
    const event = store.tables.events.get(id);
    if (event === undefined) throw new AppError('not_found', `There is no event ${id} in the log.`, { field: 'eventIds' });
    take(event);
    if (pace.isOver()) await pace.rest();
  }
  return false;
}

/** Keeps the samples worth showing: those that match, then those that miss by the fewest conditions; newer ones first. */
function createBest(size: number): { add: (trial: Trial) => void; list: () => Trial[] } {
  const byFailures = new Map<number, Trial[]>();
  return {
    add(trial) {
      const list = byFailures.get(trial.failed) ?? [];
      if (list.length < size) byFailures.set(trial.failed, [...list, trial]);
    },
    list: () =>
      [...byFailures.keys()]
        .sort((a, b) => a - b)
        .flatMap((failed) => byFailures.get(failed) ?? [])
        .slice(0, size),
  };
}

/** Stands in for the stored secrets: a reader of rules must not learn from a masked text whether it guessed one. */
const CLOSED: Pick<Secrets, 'get'> = { get: () => randomUUID() };

function renderSteps(services: RulesServices, definition: RuleDefinition, { event, trigger, member }: Trial): Sample['steps'] {
  const accountId = affectedAccountId(event);
  const account = accountId === null ? null : (services.accounts.byId(accountId) ?? null);
  const values = fieldValues({
    run: { id: 0, uid: randomUUID(), trigger: trigger ?? '', ruleName: definition.name, createdAt: services.clock.now() },
    event,
    items: [],
    account,
    recipient: member?.account ?? null,
    people: peopleOf(services),
    errors: [],
    earlier: [],
    variables: {},
    now: services.clock.now(),
  });
  return planSteps(definition, flowsNow(services.store)).map(({ step, name }) => {
    try {
      const { inputs } = prepareStep(step, toFields(values), CLOSED, createMask());
      return { name, action: step.action, inputs: inputs as Sample['steps'][number]['inputs'], error: null };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.kind === 'ours') services.log.error(`a dry run could not prepare ${name}`, error.cause ?? error);
      return { name, action: step.action, inputs: null, error: error.message };
    }
  });
}
