import { findAction } from '../../../engine/actions/catalog.ts';
import type { RunTrace, StepTrace } from '../../../engine/contract/rule.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { conditionTitle } from './condition-title.ts';

type Check = RunTrace['conditions'][number];

/** One stop on a run's way. Each attempt at a step is a stop of its own. */
export type RunNode = { readonly id: string; readonly title: string } & (
  | { readonly kind: 'trigger' }
  | { readonly kind: 'condition'; readonly check: Check }
  | { readonly kind: 'gather'; readonly items: number }
  | { readonly kind: 'step'; readonly step: StepTrace }
);

/** The way of a run: what set it off, what had to hold, what was gathered, what was done. */
export function runNodes(run: RunTrace): RunNode[] {
  const conditions = run.conditions.filter(({ condition }) => condition !== 'trigger');
  return [
    { id: 'trigger', kind: 'trigger', title: findTrigger(run.trigger)?.title ?? run.trigger },
    ...conditions.map(
      (check, index): RunNode => ({ id: `condition-${index}`, kind: 'condition', title: conditionTitle(check.condition), check }),
    ),
    ...(run.items > 0 ? [{ id: 'gather', kind: 'gather' as const, title: ruleRunText.gatherStep(run.items), items: run.items }] : []),
    ...run.steps.map((step, index): RunNode => ({ id: `step-${index}`, kind: 'step', title: stepName(step), step })),
  ];
}

/** The step's own name; its action's title where it has none. */
export function stepName({ name, action }: Pick<StepTrace, 'name' | 'action'>): string {
  return name === action ? (findAction(action)?.title ?? name) : name;
}

/** The stop that a reader came for: the last failure, else the first condition that did not hold, else the first action. */
export function mostTelling(nodes: readonly RunNode[]): RunNode | undefined {
  return (
    nodes.findLast((node) => node.kind === 'step' && (node.step.state === 'failed' || node.step.state === 'interrupted')) ??
    nodes.find((node) => node.kind === 'condition' && !node.check.matched) ??
    nodes.find(({ kind }) => kind === 'step') ??
    nodes[0]
  );
}

/** Names of the steps that may not simply be done twice, for the question before all is run again. */
export function onceOnlySteps(run: RunTrace): string[] {
  const names = run.steps
    .filter(({ state }) => state === 'done')
    .filter(({ action, inputs }) => {
      const definition = findAction(action);
      const parsed = definition?.config.safeParse(inputs);
      // Rendered inputs need not be a valid configuration any more; then nobody vouches for it.
      return definition === undefined || parsed?.success !== true || !definition.repeatSafe(parsed.data);
    })
    .map(stepName);
  return [...new Set(names)];
}

/** What to try about a step that failed, in words; undefined for one that did not. */
export function adviceFor({ state, action }: Pick<StepTrace, 'state' | 'action'>): string | undefined {
  if (state === 'interrupted') return ruleRunText.interruptedAdvice;
  if (state !== 'failed') return undefined;
  return ruleRunText.advice[action] ?? ruleRunText.adviceElse;
}
