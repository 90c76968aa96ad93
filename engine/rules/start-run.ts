import { randomUUID } from 'node:crypto';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import type { RunState } from '../contract/rule.ts';
import { type Check, compileWhom } from './conditions.ts';
import { callOf, planSteps, type RuleDefinition } from './definition.ts';
import { affectedAccountId } from './fields.ts';
import { isStoredFirst } from './firsts.ts';
import { flowsNow } from './pinned-flows.ts';
import { compileRule, metTriggers, triggerCheck, triggerFor } from './matcher.ts';
import type { RulesServices } from './services.ts';
import type { StoredEvent } from '../contract/event.ts';
import { NOBODY_SEES_IT, viewsOf } from './whose.ts';

/** The rule that a clock or a person starts. */
export type StartedRule = { readonly id: number; readonly version: number; readonly name: string; readonly definition: RuleDefinition };

type Place = {
  readonly eventId: number | null;
  readonly trigger: string;
  readonly serial: boolean;
  readonly targets: readonly number[] | null;
  readonly recipientId?: number | null;
};

/**
 * Inserts a run that no event set off; steps in a user's tree get every account that the rule's users condition names. Inside the caller's
 * transaction. Returns the run's id.
 */
export function insertUntriggered(services: RulesServices, rule: StartedRule, trigger: 'schedule' | 'on-demand', serial: boolean): number {
  const targets = planSteps(rule.definition, flowsNow(services.store), services.store.tables.folders.isPersonal).some(
    (step) => step.needsUser,
  )
    ? targetsOf(services, rule.definition)
    : null;
  const checks: Check[] = [triggerCheck(rule.definition, trigger, true)];
  if (targets !== null) {
    const { expected } = compileWhom(rule.definition.conditions);
    checks.push({
      condition: 'users',
      expected: expected === '' ? 'every user' : expected,
      actual: targets.length === 0 ? 'nobody to act on' : `${targets.length} ${targets.length === 1 ? 'user' : 'users'}`,
      matched: targets.length > 0,
    });
  }
  return insert(services, rule, { eventId: null, trigger, serial, targets: targets ?? [] }, checks, 'queued');
}

/**
 * Inserts a run by hand on a past event, for each member whom the rule tells of it; one that does not meet the rule is kept as `filtered`, so
 * that its trace says why. Returns the ids of the runs.
 */
export function insertForEvent(services: RulesServices, rule: StartedRule, event: StoredEvent): number[] {
  const { definition } = rule;
  const compiled = compileRule(definition);
  const met = triggerFor(compiled, metTriggers(event, isStoredFirst(services.store)), event);
  const takesAny = definition.triggers.includes('on-demand');
  const isMet = met !== undefined || takesAny;
  const first = triggerCheck(definition, met ?? (takesAny ? 'on-demand' : event.type), isMet);
  const place: Place = { eventId: event._id, trigger: met ?? 'on-demand', serial: false, targets: null };
  const views = viewsOf(event, services).of(compiled, met);
  const matching = isMet ? views.filter(({ facts }) => compiled.conditions.match(facts)) : [];
  const [closest] = views;
  if (matching.length === 0) {
    const rest = closest === undefined ? [NOBODY_SEES_IT] : [...closest.checks, ...compiled.conditions.explain(closest.facts)];
    return [insert(services, rule, place, [first, ...rest], 'filtered')];
  }
  return matching.map(({ member, checks, facts }) =>
    insert(
      services,
      rule,
      { ...place, recipientId: member?.account.id ?? null },
      [first, ...checks, ...compiled.conditions.explain(facts)],
      'queued',
    ),
  );
}

/** A flow that a person starts by itself, for an account or on an event where one is named. */
export type StartedFlow = { readonly id: number; readonly version: number; readonly name: string };

/**
 * Inserts a run of a flow by itself. Inside the caller's transaction. Returns the run's id. Throws `invalid_input` for one that acts in a
 * user's files without having a user.
 */
export function insertFlowRun(services: RulesServices, flow: StartedFlow, account: Account | null, event: StoredEvent | null): number {
  const needsUser = planSteps(callOf(flow.id, flow.name), flowsNow(services.store), services.store.tables.folders.isPersonal).some(
    (step) => step.needsUser,
  );
  if (needsUser && account === null && (event === null || affectedAccountId(event) === null)) {
    throw new AppError('invalid_input', "This flow acts in a user's files. Name the user.", { field: 'username' });
  }
  const actual = account !== null ? account.username : event !== null ? event.type : 'by hand';
  return insert(
    services,
    { id: 0, version: flow.version, name: flow.name, flowId: flow.id },
    { eventId: event?._id ?? null, trigger: 'on-demand', serial: false, targets: account === null ? null : [account.id] },
    [{ condition: 'trigger', expected: 'on-demand', actual, matched: true }],
    'queued',
  );
}

/** Inserts the trace of a run that did not take place, with the reason. */
export function insertFiltered(services: RulesServices, rule: StartedRule, trigger: string, reason: Check): number {
  return insert(
    services,
    rule,
    { eventId: null, trigger, serial: false, targets: [] },
    [triggerCheck(rule.definition, trigger, true), reason],
    'filtered',
  );
}

function targetsOf({ accounts }: RulesServices, { conditions }: RuleDefinition): number[] {
  const { accepts } = compileWhom(conditions);
  return accounts
    .list()
    .filter(accepts)
    .map((account) => account.id);
}

type Started = Omit<StartedRule, 'definition'> & { readonly flowId?: number };

function insert(services: RulesServices, rule: Started, place: Place, checks: readonly Check[], state: RunState): number {
  const now = services.clock.now();
  return services.store.tables.runs.insert({
    uid: randomUUID(),
    ruleId: rule.id,
    ruleVersion: rule.version,
    ruleName: rule.name,
    flowId: rule.flowId ?? null,
    eventId: place.eventId,
    trigger: place.trigger,
    depth: 0,
    serial: place.serial ? 1 : 0,
    targets: place.targets === null ? null : JSON.stringify(place.targets),
    recipientId: place.recipientId ?? null,
    state,
    trace: JSON.stringify(checks),
    at: now,
    notBefore: now,
    batchKey: null,
    finishedAt: state === 'filtered' ? now : null,
    error: null,
  });
}
