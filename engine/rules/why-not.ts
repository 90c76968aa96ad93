import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { RuleVerdict } from '../contract/rule.ts';
import { isoTime } from '../lib/clock.ts';
import type { RuleRow } from '../store/rules-table.ts';
import type { RunRow } from '../store/runs-table.ts';
import type { Check } from './conditions.ts';
import { parseDefinition } from './definition.ts';
import { tryOn } from './dry-run.ts';
import { compileRule } from './matcher.ts';
import type { RulesServices } from './services.ts';

/** One event sets off each rule once; runs by hand come on top. */
const MAX_RUNS = 1000;

/**
 * What every rule made of an event, in the order of rules; rules that were deleted since and ran on it come last. A rule without a run is
 * tried as it is now, and the reason says so when it was changed after the event. Throws `not_found` for an id that the log does not hold.
 */
export function considerEvent(services: RulesServices, eventId: number): RuleVerdict[] {
  const { events, rules, runs } = services.store.tables;
  const event = events.get(eventId);
  if (event === undefined) throw new AppError('not_found', `There is no event ${eventId} in the log.`, { field: 'eventId' });
  const byRule = Map.groupBy(runs.ofEvent(eventId, MAX_RUNS), (run) => run.ruleId);
  const rows = rules.all();
  const verdicts = rows.map((row) => verdictOf(services, row, event, byRule.get(row.id) ?? []));
  const kept = new Set(rows.map((row) => row.id));
  for (const [ruleId, own] of byRule) if (!kept.has(ruleId)) verdicts.push(ofDeleted(ruleId, own));
  return verdicts;
}

type Finding = Pick<RuleVerdict, 'verdict' | 'reason' | 'conditions'>;

function verdictOf(services: RulesServices, row: RuleRow, event: StoredEvent, own: readonly RunRow[]): RuleVerdict {
  return {
    ruleId: row.id,
    ruleName: row.name,
    enabled: row.enabled,
    runIds: own.map((run) => run.id),
    ...(own.length > 0 ? ofRuns(own) : ofRule(services, row, event)),
  };
}

function ofDeleted(ruleId: number, own: readonly RunRow[]): RuleVerdict {
  const found = ofRuns(own);
  return {
    ruleId,
    ruleName: own[0]?.ruleName ?? '',
    enabled: false,
    runIds: own.map((run) => run.id),
    ...found,
    reason: `${found.reason} The rule was deleted since.`,
  };
}

function ofRuns(own: readonly RunRow[]): Finding {
  const last = own.at(-1);
  const conditions = JSON.parse(last?.trace ?? '[]') as Check[];
  const missed = last?.state === 'filtered' ? conditions.find((check) => !check.matched) : undefined;
  const reason = missed === undefined ? `It ran: ${own.map((run) => `run ${run.id} is ${run.state}`).join(', ')}.` : inWords(missed);
  return { verdict: 'ran', reason, conditions };
}

function ofRule(services: RulesServices, row: RuleRow, event: StoredEvent): Finding {
  const at = Date.parse(event.timestamp);
  if (row.problems !== '[]') return { verdict: 'off', reason: 'The rule is incomplete, so it cannot be switched on.', conditions: [] };
  const trial = tryOn(services, compileRule(parseDefinition(row.definition)), event);
  const { conditions } = trial;
  const changed = row.updatedAt > at;
  const asItIs = (reason: string): string =>
    changed ? `${reason} The rule was saved after the event (${isoTime(row.updatedAt)}); this is what it says now.` : reason;
  if (!row.enabled) return { verdict: 'off', reason: asItIs('The rule is switched off.'), conditions };
  if (row.createdAt > at) {
    return { verdict: 'saved-later', reason: `The rule was made after the event, at ${isoTime(row.createdAt)}.`, conditions };
  }
  const missed = conditions.find((check) => !check.matched);
  if (trial.trigger === null) return { verdict: 'other-trigger', reason: asItIs(otherTrigger(conditions[0])), conditions };
  if (missed?.condition === 'own-event') return { verdict: 'own-event', reason: asItIs(missed.actual), conditions };
  if (!trial.matched) return { verdict: 'condition', reason: asItIs(missed === undefined ? '' : inWords(missed)), conditions };
  if (row.pausedAt !== null && row.pausedAt <= at) {
    return { verdict: 'off', reason: 'The rule had paused itself because it kept failing. Save it to put it back in service.', conditions };
  }
  return changed
    ? { verdict: 'saved-later', reason: asItIs('It would run on this event now.'), conditions }
    : { verdict: 'off', reason: 'It matches the event, but no run of it is on record any more.', conditions };
}

function otherTrigger(trigger: Check | undefined): string {
  return `The rule reacts to ${trigger?.expected ?? ''}; this event is something else.`;
}

const NAMES: Readonly<Record<string, string>> = {
  users: 'User',
  userGroups: 'Group',
  roles: 'Role',
  whose: 'Who it is for',
  paths: 'Path',
  targetPaths: 'New path',
  realPaths: 'Path on the disk',
  names: 'Name',
  minSize: 'Size in bytes',
  maxSize: 'Size in bytes',
  protocols: 'Protocol',
  addresses: 'Address',
  outcomes: 'Outcome',
  records: 'Kind of record',
  time: 'Time',
  any: 'Of the conditions, one of which is enough,',
  maxRunsPerHour: 'The number of runs in the last hour',
  trigger: 'What happened',
};

const LIMITS: Readonly<Record<string, string>> = { minSize: 'at least ', maxSize: 'at most ' };

/** A condition that does not hold as a sentence. */
function inWords({ condition, expected, actual }: Check): string {
  return `${NAMES[condition] ?? condition} is ${actual}, expected ${LIMITS[condition] ?? ''}${expected}.`;
}
