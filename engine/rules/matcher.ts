import { randomUUID } from 'node:crypto';
import type { TriggerDefinition } from '../contract/define.ts';
import type { Settings } from '../contract/settings.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { Conditions } from '../contract/rule.ts';
import type { Store } from '../store/index.ts';
import type { RuleRow } from '../store/rules-table.ts';
import { createBatches, type Taken } from './batches.ts';
import { type Check, type CompiledConditions, compileConditions } from './conditions.ts';
import { parseDefinition, type RuleDefinition } from './definition.ts';
import { createFirsts, type IsFirst } from './firsts.ts';
import { createHourlyLimit } from './hourly-limit.ts';
import { peopleOf } from './people.ts';
import type { RulesServices } from './services.ts';
import { isWaitedFor } from './sync-problems.ts';
import { isWatchedFor } from './watch.ts';
import { isTriggerId, TRIGGERS, type TriggerId } from './triggers.ts';
import { type Views, viewsOf } from './whose.ts';

/** A run that a rule caused may set off others only this many times in a row. */
const MAX_DEPTH = 3;

/** A rule that can be tried on events. */
export type CompiledRule = {
  readonly definition: RuleDefinition;
  readonly conditions: CompiledConditions;
  /** A condition names outcomes, so that failed events count too. */
  readonly asksOutcome: boolean;
};

/** A rule that is switched on, ready to be matched. */
export type ActiveRule = CompiledRule & {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  /** Place among the active rules, in list order. */
  readonly order: number;
};

export type Matcher = {
  /** Takes over the rules as they are now. */
  load(rows: readonly RuleRow[]): void;
  readonly active: () => readonly ActiveRule[];
  /**
   * Inserts a queued run for every active rule that the event meets, or adds the event to the run that gathers such; runs inside the
   * event's own transaction. True when there may be work for the queue. `releases`: what rules held back until this event; they go on with
   * the runs that they have.
   */
  onEvent(event: StoredEvent, releases?: string): boolean;
  /** The active rules, in list order, that a client waits for at this trigger. */
  waitedFor(trigger: TriggerId): readonly ActiveRule[];
  /** Whether there is any such rule. */
  isWaitedFor(): boolean;
  /** Follows what is committed. */
  onCommitted(events: readonly StoredEvent[]): void;
};

/** Which triggers may listen to a type of event. */
const TRIGGERS_OF_TYPE = new Map<string, TriggerId[]>();
for (const id of Object.keys(TRIGGERS).filter(isTriggerId)) {
  for (const type of TRIGGERS[id].listensTo) TRIGGERS_OF_TYPE.set(type, [...(TRIGGERS_OF_TYPE.get(type) ?? []), id]);
}

/** Compiles a rule. Throws GlobError or RangeError for one whose problems name its conditions. */
export function compileRule(definition: RuleDefinition): CompiledRule {
  return { definition, conditions: compileConditions(definition.conditions), asksOutcome: asksOutcome(definition.conditions) };
}

/** Whether any condition names outcomes; without one only what succeeded sets off a trigger that knows failures too. */
export function asksOutcome(conditions: Conditions): boolean {
  return [conditions, ...conditions.groups].some((group) => group.outcomes.length > 0);
}

/** The triggers that an event meets, whatever the rules. */
export function metTriggers(event: StoredEvent, isFirst: IsFirst): TriggerId[] {
  return (TRIGGERS_OF_TYPE.get(event.type) ?? []).filter((id) => {
    const { matches, firstOf } = triggerOf(id);
    return matches(event) && (firstOf === undefined || isFirst(firstOf, event));
  });
}

/** The trigger by which a rule takes an event that meets these, if any. */
export function triggerFor(rule: CompiledRule, met: readonly TriggerId[], event: StoredEvent): TriggerId | undefined {
  const takesOutcome = event.outcome === 'ok' || rule.asksOutcome;
  return met.find(
    (id) =>
      rule.definition.triggers.includes(id) &&
      (takesOutcome || triggerOf(id).failures !== 'when-asked') &&
      isWatchedFor(rule.definition, triggerOf(id).watches, event),
  );
}

function triggerOf(id: TriggerId): TriggerDefinition {
  return TRIGGERS[id];
}

/** How many runs stand behind an event: -1 for one that no rule caused. */
export function causeDepth(event: StoredEvent, { tables }: Store): number {
  if (event.origin !== 'rule') return -1;
  return event.caused_by === null ? MAX_DEPTH : (tables.runs.depth(event.caused_by) ?? MAX_DEPTH);
}

/** Why a rule may not react to an event of this depth, in words. */
export function ownEventGuard({ includeRuleEvents }: RuleDefinition, depth: number): string | undefined {
  if (depth < 0) return undefined;
  if (!includeRuleEvents) return 'A rule caused this event, and this rule does not react to what rules do.';
  return depth >= MAX_DEPTH ? `A chain of ${MAX_DEPTH} rules, or the test of an action, caused this event; it goes no further.` : undefined;
}

/** Matches events against the active rules, found by trigger so that most events cost nothing. */
export function createMatcher(services: Pick<RulesServices, 'store' | 'clock' | 'accounts' | 'vfs' | 'members' | 'settings'>): Matcher {
  const { store, clock } = services;
  const { runs } = store.tables;
  const firsts = createFirsts(store);
  const batches = createBatches(services);
  const people = peopleOf(services);
  const hourly = createHourlyLimit(runs, clock);
  let active: readonly ActiveRule[] = [];
  let byTrigger = new Map<TriggerId, ActiveRule[]>();
  let waitedFor = new Map<TriggerId, ActiveRule[]>();

  /** Rules with one of these triggers, in list order, each once. */
  function candidates(met: readonly TriggerId[]): readonly ActiveRule[] {
    const lists = met.map((id) => byTrigger.get(id)).filter((list) => list !== undefined);
    // Hardly any event meets two triggers, so no list is built for the usual one.
    if (lists.length <= 1) return lists[0] ?? [];
    return [...new Set(lists.flat())].sort((a, b) => a.order - b.order);
  }

  /** The rules whose runs have waited for this event; their runs go on. */
  function release(hold: string, event: StoredEvent): ReadonlySet<number> {
    const held = runs.held(hold);
    for (const { id } of held) runs.letGo(id, event._id, clock.now());
    return new Set(held.map(({ ruleId }) => ruleId));
  }

  /** Queues a run of a matching rule, or lets a batch take the event in. */
  function start(rule: ActiveRule, taken: Taken): void {
    if (batches.add(rule, taken)) return;
    const { event, trigger, checks, depth, recipientId } = taken;
    const objection = hourly.take(rule);
    const now = clock.now();
    const place = batches.placeFor(rule, taken);
    const filtered = objection !== undefined;
    const id = runs.insert({
      uid: randomUUID(),
      ruleId: rule.id,
      ruleVersion: rule.version,
      ruleName: rule.name,
      eventId: event._id,
      trigger,
      depth,
      serial: 0,
      targets: null,
      state: filtered ? 'filtered' : place === null ? 'queued' : 'waiting',
      trace: JSON.stringify(filtered ? [...checks, objection] : checks),
      at: now,
      notBefore: place?.notBefore ?? now,
      batchKey: filtered ? null : (place?.key ?? null),
      // What gathers first has its turn when it is complete.
      lane: place === null ? laneOf(rule, event, services.settings().rules) : null,
      recipientId,
      finishedAt: filtered ? now : null,
      error: null,
    });
    if (place !== null && !filtered) batches.open(id, taken, place);
  }

  /** Starts what a rule makes of an event; false where that is nothing. */
  function react(rule: ActiveRule, event: StoredEvent, met: readonly TriggerId[], views: Views, depth: number): boolean {
    // Conditions come first: they turn away most rules, and the trigger is needed for those alone that tell others.
    const trigger = rule.definition.whose.reverse ? triggerFor(rule, met, event) : undefined;
    let hasStarted = false;
    for (const { facts, checks, member } of views.of(rule, trigger)) {
      if (!rule.conditions.match(facts)) continue;
      const taken = trigger ?? triggerFor(rule, met, event);
      if (taken === undefined) return false;
      start(rule, {
        event,
        trigger: taken,
        checks: [triggerCheck(rule.definition, taken, true), ...checks, ...rule.conditions.explain(facts)],
        depth: depth + 1,
        recipientId: member?.account.id ?? null,
      });
      hasStarted = true;
    }
    return hasStarted;
  }

  return {
    active: () => active,
    load(rows) {
      active = rows
        .filter((row) => row.enabled && row.pausedAt === null && row.problems === '[]')
        .map((row, order) => ({
          ...compileRule(parseDefinition(row.definition)),
          id: row.id,
          version: row.version,
          name: row.name,
          order,
        }));
      hourly.load(active);
      byTrigger = new Map();
      waitedFor = new Map();
      for (const rule of active) {
        for (const id of new Set(rule.definition.triggers)) {
          if (!isTriggerId(id)) continue;
          append(byTrigger, id, rule);
          if (TRIGGERS[id].sync !== 'never' && rule.definition.steps.some(isWaitedFor)) append(waitedFor, id, rule);
        }
      }
    },
    waitedFor: (trigger) => waitedFor.get(trigger) ?? [],
    isWaitedFor: () => waitedFor.size > 0,
    onEvent(event, releases) {
      const released = releases === undefined ? NONE : release(releases, event);
      let hasWork = released.size > 0;
      const met = metTriggers(event, firsts.isFirst);
      const rules = candidates(met);
      if (rules.length > 0) {
        const depth = causeDepth(event, store);
        const views = viewsOf(event, services, people);
        for (const rule of rules) {
          if (released.has(rule.id) || ownEventGuard(rule.definition, depth) !== undefined) continue;
          if (react(rule, event, met, views, depth)) hasWork = true;
        }
      }
      // After the event itself was taken in: a rule on sign-outs may gather per session too.
      if (event.type === 'USER_LOGOUT') hasWork = batches.sessionEnded(event) || hasWork;
      return hasWork;
    },
    onCommitted(events) {
      services.members.onCommitted(events);
      firsts.onCommitted(events);
      batches.onCommitted(events);
    },
  };
}

const NONE: ReadonlySet<number> = new Set();

function append(map: Map<TriggerId, ActiveRule[]>, id: TriggerId, rule: ActiveRule): void {
  const rules = map.get(id);
  if (rules === undefined) map.set(id, [rule]);
  else rules.push(rule);
}

/** The session whose runs act one after another, for a rule that wants it so, or leaves it to the settings, which want it so. */
export function laneOf({ definition }: ActiveRule, event: StoredEvent, settings: Pick<Settings['rules'], 'asynchronous'>): string | null {
  const isAsynchronous = definition.asynchronous === 'auto' ? settings.asynchronous : definition.asynchronous;
  return isAsynchronous || event._session === null ? null : `session ${event._session._id}`;
}

/** The trace's first line: what set the run off. */
export function triggerCheck(definition: RuleDefinition, actual: string, matched: boolean): Check {
  return { condition: 'trigger', expected: definition.triggers.join(', '), actual, matched };
}
