import type { SavedActionInput } from '../contract/flow.ts';
import type { RuleStep } from '../contract/rule.ts';
import type { NamedRow } from '../store/flows-table.ts';
import type { Store } from '../store/index.ts';
import { secretRefs } from './seal.ts';

type StepLike = Pick<RuleStep, 'action' | 'config' | 'savedAction'>;

/** What is kept of a saved action: the input without the id, secrets as references. */
export type ActionDefinitionText = Omit<SavedActionInput, 'id'>;

/** Reads a stored action. */
export function parseAction({ definition }: Pick<NamedRow, 'definition'>): ActionDefinitionText {
  return JSON.parse(definition) as ActionDefinitionText;
}

/**
 * The steps with what their saved actions say now. Versions of rules and flows keep that text, so that a run goes by the action of the
 * moment at which it was set off. Steps of unknown actions stay as they are; checks report them.
 */
export function withSavedActions<Step extends StepLike>({ tables }: Pick<Store, 'tables'>, steps: readonly Step[]): Step[] {
  return steps.map((step) => {
    const row = step.savedAction === undefined ? undefined : tables.flows.savedActions.get(step.savedAction);
    if (row === undefined) return step;
    const { action, config } = parseAction(row);
    return { ...step, action, config };
  });
}

/** The secrets of the saved actions that these steps refer to. */
export function savedSecrets({ tables }: Pick<Store, 'tables'>, steps: readonly StepLike[]): Set<number> {
  const found = new Set<number>();
  for (const { savedAction } of steps) {
    const row = savedAction === undefined ? undefined : tables.flows.savedActions.get(savedAction);
    if (row !== undefined) for (const ref of secretRefs([parseAction(row)])) found.add(ref);
  }
  return found;
}
