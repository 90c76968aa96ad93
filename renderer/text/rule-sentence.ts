import { findAction } from '../../engine/actions/catalog.ts';
import type { Conditions, Pattern, RuleInput, RuleStep } from '../../engine/contract/rule.ts';
import { findTrigger } from '../../engine/rules/triggers.ts';
import { formatBytes } from './format.ts';

/** What a sentence needs of a rule that may be half written. */
export type RuleDraft = {
  readonly triggers: readonly string[];
  readonly conditions?: Partial<Conditions> | undefined;
  readonly steps: readonly Pick<RuleStep, 'action' | 'config' | 'failureAction'>[];
  readonly schedule?: RuleInput['schedule'];
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
  const head = [when, ...only].filter((part) => part !== '').join(' and ');
  const then = steps.length === 0 ? '' : steps.join(', then ');
  const rescue = onFailure.length === 0 ? '' : ` If an action fails: ${onFailure.join(', then ')}.`;
  if (head === '') return then === '' ? '' : `${capital(then)}.${rescue}`;
  return then === '' ? `${head} …` : `${head}: ${then}.${rescue}`;
}

/** The trigger's part, such as "When a file was uploaded or downloaded". */
function whenPart({ triggers, schedule }: RuleDraft): string {
  const titles = triggers.map((id) => findTrigger(id)?.title ?? id).map((title) => title.charAt(0).toLowerCase() + title.slice(1));
  if (titles.length === 0) return '';
  if (triggers.length === 1 && triggers[0] === 'schedule')
    return schedule === undefined ? 'At set times' : `At ${schedule.cron.join(' and ')} (${schedule.zone})`;
  if (triggers.length === 1 && triggers[0] === 'on-demand') return 'When started by hand';
  return `When ${titles.join(' or ')}`;
}

/** Each condition as a clause. */
export function conditionParts(conditions: Partial<Conditions>): string[] {
  const { users = [], paths = [], names = [], minSize, maxSize, protocols = [] } = conditions;
  return [
    ...patternPart('the partner', users),
    ...patternPart('the path', paths),
    ...patternPart('the name', names),
    ...(minSize === undefined ? [] : [`it has at least ${formatBytes(minSize)}`]),
    ...(maxSize === undefined ? [] : [`it has at most ${formatBytes(maxSize)}`]),
    ...(protocols.length === 0 ? [] : [`it came over ${protocols.join(' or ')}`]),
  ];
}

function patternPart(subject: string, patterns: readonly Pattern[]): string[] {
  const wanted = patterns.filter(({ inverse }) => !inverse).map(({ pattern }) => pattern);
  const unwanted = patterns.filter(({ inverse }) => inverse).map(({ pattern }) => pattern);
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
