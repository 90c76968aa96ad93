import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../contract/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/index.ts';
import type { RuleRow } from '../store/rules-table.ts';
import { type Check, type CompiledConditions, compileConditions, factsOf } from './conditions.ts';
import { parseDefinition, type RuleDefinition } from './definition.ts';
import { isTriggerId, TRIGGERS, type TriggerId } from './triggers.ts';

/** A run that a rule caused may set off others only this many times in a row. */
const MAX_DEPTH = 3;

/** A rule that is switched on, ready to be matched. */
export type ActiveRule = {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  /** Place among the active rules, in list order. */
  readonly order: number;
  readonly definition: RuleDefinition;
  readonly conditions: CompiledConditions;
};

export type Matcher = {
  /** Takes over the rules as they are now. */
  load(rows: readonly RuleRow[]): void;
  readonly active: () => readonly ActiveRule[];
  /**
   * Inserts a queued run for every active rule that the event meets; runs inside the event's own transaction.
   * Returns how many.
   */
  onEvent(event: StoredEvent): number;
};

/** Matches events against the active rules, found by trigger so that most events cost nothing. */
export function createMatcher(services: { readonly store: Store; readonly clock: Clock }): Matcher {
  const { store, clock } = services;
  const triggersOfType = new Map<string, TriggerId[]>();
  for (const id of Object.keys(TRIGGERS).filter(isTriggerId)) {
    for (const type of TRIGGERS[id].listensTo) triggersOfType.set(type, [...(triggersOfType.get(type) ?? []), id]);
  }
  let active: readonly ActiveRule[] = [];
  let byTrigger = new Map<TriggerId, ActiveRule[]>();

  /** The triggers that the event meets and that any active rule has. */
  function metTriggers(event: StoredEvent): TriggerId[] {
    return (triggersOfType.get(event.type) ?? []).filter((id) => byTrigger.has(id) && TRIGGERS[id].matches(event));
  }

  /** Rules with one of these triggers, in list order, each once. */
  function candidates(met: readonly TriggerId[]): readonly ActiveRule[] {
    const lists = met.map((id) => byTrigger.get(id) ?? []);
    // Hardly any event meets two triggers, so no list is built for the usual one.
    if (lists.length === 1) return lists[0] ?? [];
    return [...new Set(lists.flat())].sort((a, b) => a.order - b.order);
  }

  return {
    active: () => active,
    load(rows) {
      active = rows
        .filter((row) => row.enabled && row.problems === '[]')
        .map((row, order) => {
          const definition = parseDefinition(row.definition);
          return {
            id: row.id,
            version: row.version,
            name: row.name,
            order,
            definition,
            conditions: compileConditions(definition.conditions),
          };
        });
      byTrigger = new Map();
      for (const rule of active) {
        for (const id of new Set(rule.definition.triggers)) {
          if (!isTriggerId(id)) continue;
          const rules = byTrigger.get(id);
          if (rules === undefined) byTrigger.set(id, [rule]);
          else rules.push(rule);
        }
      }
    },
    onEvent(event) {
      const met = metTriggers(event);
      if (met.length === 0) return 0;
      const parentDepth =
        event.origin !== 'rule' ? -1 : event.caused_by === null ? MAX_DEPTH : (store.tables.runs.depth(event.caused_by) ?? MAX_DEPTH);
      if (parentDepth >= MAX_DEPTH) return 0;
      const facts = factsOf(event);
      let queued = 0;
      for (const rule of candidates(met)) {
        if (parentDepth >= 0 && !rule.definition.includeRuleEvents) continue;
        if (!rule.conditions.match(facts)) continue;
        const trigger = met.find((id) => rule.definition.triggers.includes(id)) ?? '';
        const checks: Check[] = [triggerCheck(rule.definition, trigger, true), ...rule.conditions.explain(facts)];
        store.tables.runs.insert({
          uid: randomUUID(),
          ruleId: rule.id,
          ruleVersion: rule.version,
          ruleName: rule.name,
          eventId: event._id,
          trigger,
          depth: parentDepth + 1,
          serial: 0,
          targets: null,
          state: 'queued',
          trace: JSON.stringify(checks),
          at: clock.now(),
          finishedAt: null,
          error: null,
        });
        queued++;
      }
      return queued;
    },
  };
}

/** The trace's first line: what set the run off. */
export function triggerCheck(definition: RuleDefinition, actual: string, matched: boolean): Check {
  return { condition: 'trigger', expected: definition.triggers.join(', '), actual, matched };
}
