import type { RuleProblem } from '../../../engine/contract/rule.ts';
import type { FieldErrors } from '../../forms/field-errors.ts';
import { flowsText } from '../../text/flows.ts';
import { ruleFormText } from '../../text/rule-form.ts';

/** The parts of the form, in their order. */
export const SECTIONS = ['when', 'conditions', 'actions', 'timing', 'test', 'save'] as const;
export type Section = (typeof SECTIONS)[number];

const FIELDS: Readonly<Record<string, Section>> = {
  triggers: 'when',
  schedule: 'when',
  watch: 'when',
  whose: 'when',
  conditions: 'conditions',
  steps: 'actions',
  timing: 'timing',
  asynchronous: 'timing',
  maxRunsPerHour: 'timing',
  pauseAfterFailures: 'timing',
  includeRuleEvents: 'timing',
};

/** The part of the form in which a field stands. */
export function sectionOf(field: string): Section {
  return FIELDS[field.split('.')[0] ?? ''] ?? 'save';
}

/** Problems by field, the first of each. */
export function byField(problems: readonly RuleProblem[]): FieldErrors {
  return new Map(problems.toReversed().map(({ field, message }) => [field, message]));
}

/** Those below a field, by the rest of their path: `steps.0.config.url` below `steps.0.config` is `url`. */
export function below(errors: FieldErrors, path: string): RuleProblem[] {
  const prefix = `${path}.`;
  return [...errors].flatMap(([field, message]) => (field.startsWith(prefix) ? [{ field: field.slice(prefix.length), message }] : []));
}

/** By index of a list: what is wrong with its items. */
export function byIndex(errors: FieldErrors, path: string): ReadonlyMap<number, string> {
  return new Map(below(errors, path).map(({ field, message }) => [Number(field.split('.')[0]), message]));
}

/** Where a problem stands, for a list of all: *Then, action 2*. */
export function placeOf(field: string): string {
  const section = ruleFormText.steps[sectionOf(field)];
  const [, step] = /^steps\.(\d+)/.exec(field) ?? [];
  return step === undefined ? section : ruleFormText.place(section, Number(step) + 1);
}

/** The same for a flow: *When an action failed, action 1*. */
export function placeInFlow(field: string): string {
  const [list = '', step] = field.split('.');
  if (list === 'steps' || list === 'onError') {
    const title = list === 'steps' ? flowsText.stepsTitle : flowsText.onErrorTitle;
    return step === undefined ? title : ruleFormText.place(title, Number(step) + 1);
  }
  return list === 'owner' ? flowsText.owner : list === 'name' ? flowsText.name : flowsText.limits;
}

/** Moves the focus to the control at a field, or to the nearest thing around it that has one. */
export function focusProblem(field: string): void {
  const [, list = '', step = '', inner = ''] = /^(steps|onError)\.(\d+)(?:\.config)?(?:\.(.+))?$/.exec(field) ?? [];
  // A flow has two lists of actions.
  const branch = document.querySelector(`[data-branch="${list}"]`) ?? document;
  const root = step === '' ? document.querySelector('[data-rule-form]') : branch.querySelector(`[data-step="${step}"]`);
  const parts = (step === '' ? field : inner).split('.');
  for (let length = parts.length; length >= 0; length--) {
    const place = length === 0 ? root : root?.querySelector(`[data-field="${CSS.escape(parts.slice(0, length).join('.'))}"]`);
    const control = place?.querySelector<HTMLElement>('input:not([type="hidden"]), textarea, button');
    if (control === null || control === undefined) continue;
    control.scrollIntoView({ block: 'center' });
    control.focus({ preventScroll: true });
    return;
  }
}
