import { findAction } from '../actions/catalog.ts';
import type { FlowInput, FlowStep } from '../contract/flow.ts';
import type { RuleStep } from '../contract/rule.ts';
import type { Store } from '../store/index.ts';
import type { NamedRow } from '../store/flows-table.ts';
import type { FlowContent, FlowLookup } from './definition.ts';

/**
 * What a version of a rule calls is kept with that version, so that a run goes by the flows of the moment at which it was set off, and its
 * trace can be read when they have long changed.
 */

/** What a version of a flow holds: the saved input without the id, secrets as references. */
export type FlowDefinition = Omit<FlowInput, 'id'>;

/** Reads a stored flow. */
export function parseFlow({ definition }: Pick<NamedRow, 'definition'>): FlowDefinition {
  return JSON.parse(definition) as FlowDefinition;
}

/** A flow as runs go by it. */
export function contentOf({ name, instances, maxSeconds, steps, onError }: FlowDefinition, version: number): FlowContent {
  const asStep =
    (failureAction: boolean) =>
    (step: FlowStep): RuleStep => ({ ...step, failureAction, sync: false });
  return {
    name,
    version,
    instances,
    ...(maxSeconds === undefined ? {} : { maxSeconds }),
    steps: [...steps.map(asStep(false)), ...onError.map(asStep(true))],
  };
}

/** The flows as they are now. */
export function flowsNow({ tables }: Pick<Store, 'tables'>): FlowLookup {
  return (id) => {
    const row = tables.flows.get(id);
    return row === undefined ? undefined : contentOf(parseFlow(row), row.version);
  };
}

/** Ids of the flows that these steps call themselves. */
export function calledFlows(steps: readonly Pick<RuleStep, 'action' | 'config'>[]): number[] {
  return steps.flatMap(({ action, config }) => {
    const definition = findAction(action);
    const parsed = definition?.config.safeParse(config);
    const control = parsed?.success === true ? definition?.control?.(parsed.data) : undefined;
    return control?.kind === 'call' ? [control.flow] : [];
  });
}

/** Every flow that these steps lead to, with its content; those that are not known are left out. */
export function flowsBehind(steps: readonly Pick<RuleStep, 'action' | 'config'>[], flows: FlowLookup): Map<number, FlowContent> {
  const found = new Map<number, FlowContent>();
  const follow = (ids: readonly number[]): void => {
    for (const id of ids) {
      const content = found.has(id) ? undefined : flows(id);
      if (content === undefined) continue;
      found.set(id, content);
      follow(calledFlows(content.steps));
    }
  };
  follow(calledFlows(steps));
  return found;
}

/** The JSON that a version keeps of the flows that these steps lead to. */
export function pinFlows(steps: readonly Pick<RuleStep, 'action' | 'config'>[], flows: FlowLookup): string {
  return JSON.stringify(Object.fromEntries(flowsBehind(steps, flows)));
}
