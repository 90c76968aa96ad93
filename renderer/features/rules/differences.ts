import { findAction } from '../../../engine/actions/catalog.ts';
import type { RuleStep, RuleVersion } from '../../../engine/contract/rule.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { conditionParts } from '../../text/rule-sentence.ts';
import { rulesText } from '../../text/rules.ts';
import { words } from './words.ts';

/** One thing that two versions of a rule say differently; an empty text where one of them says nothing. */
export type Difference = { readonly what: string; readonly before: string; readonly after: string };

type Version = RuleVersion['rule'];

const { versions: text } = rulesText;

/** What is told apart as a whole, in the words of the form. Everything else is told apart value by value. */
const IN_WORDS = {
  triggers: (rule: Version) => rule.triggers.map((id) => findTrigger(id)?.title ?? id).join(', '),
  conditions: (rule: Version) => conditionParts(rule.conditions).join(' and '),
} as const;

/** What has changed between two versions, in the order of the form. Steps are compared by their place. */
export function differences(before: Version, after: Version): Difference[] {
  const whole = Object.entries(IN_WORDS).map(([field, say]) => ({
    what: text.fields[field] ?? words(field),
    before: say(before),
    after: say(after),
  }));
  const steps = Array.from({ length: Math.max(before.steps.length, after.steps.length) }, (_, index) =>
    stepDifferences(text.action(index + 1), before.steps[index], after.steps[index]),
  );
  return [...whole, ...leafDifferences('', otherFields(before), otherFields(after)), ...steps.flat()].filter(
    (one) => one.before !== one.after,
  );
}

function otherFields(rule: Version): object {
  return Object.fromEntries(Object.entries(rule).filter(([field]) => field !== 'steps' && !Object.hasOwn(IN_WORDS, field)));
}

function stepDifferences(what: string, before: RuleStep | undefined, after: RuleStep | undefined): Difference[] {
  if (before === undefined || after === undefined || before.action !== after.action)
    return [{ what, before: nameOf(before), after: nameOf(after) }];
  return leafDifferences(`${what}, `, before, after);
}

function nameOf(step: RuleStep | undefined): string {
  return step === undefined ? '' : (findAction(step.action)?.title ?? step.action);
}

function leafDifferences(prefix: string, before: object, after: object): Difference[] {
  const old = leaves(before);
  const now = leaves(after);
  return [...new Set([...old.keys(), ...now.keys()])].map((path) => ({
    what: prefix + (text.fields[path] ?? words(path.replace(/^config\./, '').replaceAll('.', ' '))),
    before: old.get(path) ?? '',
    after: now.get(path) ?? '',
  }));
}

/** Every value that is not itself made of values, by its path; a list of plain values is one. */
function leaves(value: unknown, path = ''): Map<string, string> {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return new Map([[path, value.join(', ')]]);
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).flatMap(([key, item]) => [...leaves(item, path === '' ? key : `${path}.${key}`)]);
    return new Map(inner);
  }
  return new Map([[path, typeof value === 'boolean' ? text.yesNo(value) : isScalar(value) ? String(value) : '']]);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
