import type { RunStepRow } from '../store/runs-table.ts';
import type { PlannedStep } from './definition.ts';

/** What the steps of a run kept by name; read from their rows, so that a run goes on with it after a kill. A later one replaces an earlier. */
export function variablesOf(steps: readonly PlannedStep[], rows: readonly RunStepRow[]): Readonly<Record<string, string>> {
  const controls = new Map(steps.map(({ index, control }) => [index, control]));
  const variables = new Map<string, string>();
  for (const { step, state, detail } of rows) {
    const control = controls.get(step);
    if (control?.kind !== 'set' || state !== 'done' || detail === null) continue;
    const { value } = JSON.parse(detail) as { readonly value?: unknown };
    if (typeof value === 'string') variables.set(control.variable, value);
  }
  return Object.fromEntries(variables);
}
