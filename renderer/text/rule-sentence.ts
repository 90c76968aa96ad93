import { findAction } from '../../engine/actions/catalog.ts';
import type { Outcome } from '../../engine/contract/event.ts';
import type { ConditionGroup, Conditions, Pattern, RuleInput, RuleStep, TimeWindow, Timing } from '../../engine/contract/rule.ts';
import { findTrigger } from '../../engine/rules/triggers.ts';
import { formatDurationExact, formatSchedule } from '../forms/human-values.ts';
import { formatBytes } from './format.ts';

/** What a sentence needs of a rule that may be half written. */
export type RuleDraft = {
  readonly triggers: readonly string[];
  readonly conditions?: Partial<Conditions> | undefined;
  readonly steps: readonly Pick<RuleStep, 'action' | 'config' | 'failureAction'>[];
  readonly schedule?: RuleInput['schedule'];
  readonly watch?: RuleInput['watch'];
  readonly timing?: Partial<Timing> | undefined;
  readonly whose?: RuleInput['whose'] | undefined;
};

/**
 * A rule as one plain sentence, from the registries: "When a file was uploaded and its name is *.pdf, POST https://…, then mail to …".
 * Parts that are not chosen yet are left out.
 */
export function ruleSentence(rule: RuleDraft): string {
  const when = whenPart(rule);
  const only = conditionParts(rule.conditions ?? {});
  const steps = rule.steps.filter(({ failureAction }) => !failureAction).map(stepPart);
  const onFailure = rule.steps.filter(({ failureAction }) => failureAction).map(stepPart);
  const head = [when + whosePart(rule), ...only].filter((part) => part !== '').join(' and ') + timingPart(rule.timing);
  const then = steps.length === 0 ? '' : steps.join(', then ');
  const rescue = onFailure.length === 0 ? '' : ` If an action fails: ${onFailure.join(', then ')}.`;
  if (head === '') return then === '' ? '' : `${capital(then)}.${rescue}`;
  return then === '' ? `${head} …` : `${head}: ${then}.${rescue}`;
}

/** The trigger's part, such as "When a file was uploaded or downloaded". */
function whenPart({ triggers, schedule, watch }: RuleDraft): string {
  const titles = triggers
    .map((id) => watchedTitle(id, watch) ?? findTrigger(id)?.title ?? id)
    .map((title) => title.charAt(0).toLowerCase() + title.slice(1));
  if (titles.length === 0) return '';
  if (triggers.length === 1 && triggers[0] === 'schedule')
    return schedule === undefined ? 'At set times' : `At these times: ${formatSchedule(schedule.cron)} (${schedule.zone})`;
  if (triggers.length === 1 && triggers[0] === 'on-demand') return 'When started by hand';
  return `When ${titles.join(' or ')}`;
}

/** Whose activity it is, where others are told of it. */
function whosePart({ triggers, whose }: RuleDraft): string {
  if (whose?.reverse !== true || triggers.length === 0) return '';
  return whose.own ? ', by a partner or by others in folders that it sees,' : ' by others in folders that a partner sees';
}

/** A watchful trigger with what it looks at; undefined for others, and for what is not said yet. */
function watchedTitle(id: string, watch: RuleInput['watch']): string | undefined {
  const key = findTrigger(id)?.watches;
  switch (key) {
    case undefined:
      return undefined;
    case 'overdue':
      return watch?.overdue === undefined
        ? undefined
        : `${watch.overdue.folder.replace(/\/$/, '')}/${watch.overdue.pattern} of ${watch.overdue.username} has not come by ${watch.overdue.deadline}`;
    case 'quotaPercent':
      return watch?.quotaPercent === undefined ? undefined : `a partner has used ${watch.quotaPercent} % of its storage`;
    case 'diskFreePercent':
      return watch?.diskFreePercent === undefined ? undefined : `less than ${watch.diskFreePercent} % of the disk is free`;
  }
}

/** When a matching event is acted on, where that is not at once: " once a day at 18:00". */
function timingPart(timing: Partial<Timing> | undefined): string {
  switch (timing?.per) {
    case undefined:
    case 'event':
      return '';
    case 'batch':
      return ', once per batch';
    case 'session':
      return ', once per visit';
    case 'all-sessions':
      return ', once when the partner has left';
    case 'quiet':
      return `, once after ${formatDurationExact((timing.quietSeconds ?? 0) * 1000)} of quiet`;
    case 'digest':
      return `, once a day at ${timing.at ?? ''}`;
  }
}

/** The conditions as clauses: one each where all have to hold, one for them all where any is enough. */
export function conditionParts(conditions: Partial<Conditions>): string[] {
  const { groups = [] } = conditions;
  const inner = groups.map((group) => joined(groupParts(group), group.match)).filter((part) => part !== '');
  const parts = [...groupParts(conditions), ...inner.map((part) => (groups.length > 0 && part.includes(' or ') ? `(${part})` : part))];
  return conditions.match === 'any' && parts.length > 1 ? [`either ${parts.join(' or ')}`] : parts;
}

function joined(parts: readonly string[], match: ConditionGroup['match']): string {
  return parts.join(match === 'any' ? ' or ' : ' and ');
}

function groupParts(group: Partial<ConditionGroup>): string[] {
  const { users = [], userGroups = [], roles = [], paths = [], targetPaths = [], realPaths = [], names = [], minSize, maxSize } = group;
  const { protocols = [], addresses = [], outcomes = [], records = [], time } = group;
  return [
    ...patternPart('the partner', users),
    ...patternPart('its group', userGroups),
    ...patternPart('its role', roles),
    ...patternPart('the path', paths),
    ...patternPart('the new path', targetPaths),
    ...patternPart('the path on the disk', realPaths),
    ...patternPart('the name', names),
    ...(minSize === undefined ? [] : [`it has at least ${formatBytes(minSize)}`]),
    ...(maxSize === undefined ? [] : [`it has at most ${formatBytes(maxSize)}`]),
    ...(protocols.length === 0 ? [] : [`it came over ${protocols.join(' or ')}`]),
    ...patternPart(
      'the address',
      addresses.map(({ range, inverse }) => ({ pattern: range, inverse })),
    ),
    ...(outcomes.length === 0 ? [] : [outcomes.map((outcome) => OUTCOME_WORDS[outcome]).join(' or ')]),
    ...(records.length === 0 ? [] : [`it is a record of the kind ${records.join(' or ').replaceAll('_', ' ')}`]),
    ...(time === undefined ? [] : [timePart(time)]),
  ];
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  ok: 'it succeeded',
  failed: 'it failed',
  denied: 'it was refused',
  aborted: 'it broke off',
  quota: 'the storage was full',
};

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

function timePart({ weekdays, from, to, zone }: TimeWindow): string {
  const chosen = WEEKDAYS.filter((_, index) => weekdays.includes(index + 1));
  const runs = chosen.length === 7 ? '' : weekdays.join() === '1,2,3,4,5' ? ' on weekdays' : ` on ${chosen.join(', ')}`;
  const clock = from === to ? '' : ` between ${from} and ${to} (${zone})`;
  return `it happened${runs === '' && clock === '' ? ' at any time' : `${runs}${clock}`}`;
}

function patternPart(subject: string, patterns: readonly Pattern[]): string[] {
  const given = patterns.filter(({ pattern }) => pattern.trim() !== '');
  const wanted = given.filter(({ inverse }) => !inverse).map(({ pattern }) => pattern);
  const unwanted = given.filter(({ inverse }) => inverse).map(({ pattern }) => pattern);
  return [
    ...(wanted.length === 0 ? [] : [`${subject} is ${wanted.join(' or ')}`]),
    ...(unwanted.length === 0 ? [] : [`${subject} is not ${unwanted.join(' or ')}`]),
  ];
}

function stepPart({ action, config }: Pick<RuleStep, 'action' | 'config'>): string {
  const definition = findAction(action);
  const parsed = definition?.config.safeParse(config);
  if (definition === undefined) return action;
  return parsed?.success === true
    ? definition.summarize(parsed.data)
    : definition.title.charAt(0).toLowerCase() + definition.title.slice(1);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
