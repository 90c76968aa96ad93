import type { Detail, EarlierResult } from '../actions/runner.ts';
import type { RunStepRow } from '../store/runs-table.ts';
import type { PlannedStep } from './definition.ts';
import type { FieldValues } from './render.ts';
import type { RulesServices } from './services.ts';

/**
 * What the attempts on record resulted in, one per step and account, in the order of the steps. Because it is read from the run's own rows,
 * a run that a kill cut short goes on with the same results.
 */
export function earlierResults(
  steps: readonly PlannedStep[],
  rows: readonly RunStepRow[],
  { accounts }: Pick<RulesServices, 'accounts'>,
): EarlierResult[] {
  const last = new Map<string, RunStepRow>();
  for (const row of rows) if (row.detail !== null && row.state !== 'skipped') last.set(`${row.step}/${row.accountId}`, row);
  return [...last.values()]
    .sort((a, b) => a.step - b.step || a.accountId - b.accountId)
    .map((row) => ({
      action: steps.find(({ index }) => index === row.step)?.step.action ?? '?',
      user: row.accountId === 0 ? null : (accounts.byId(row.accountId)?.username ?? null),
      detail: JSON.parse(row.detail ?? '{}') as Detail,
    }));
}

/** `.Results`: what checks put into their details under `results`. */
export function resultValues(earlier: readonly EarlierResult[]): Pick<FieldValues, 'Results'> {
  const found = earlier.flatMap(({ detail }) => (Array.isArray(detail['results']) ? detail['results'].flatMap(toResult) : []));
  return found.length === 0 ? {} : { Results: found };
}

type Result = NonNullable<FieldValues['Results']>[number];

function toResult(value: unknown): Result[] {
  if (typeof value !== 'object' || value === null) return [];
  const { action, user, reason, days } = value as Readonly<Record<string, unknown>>;
  return [
    {
      Action: typeof action === 'string' ? action : '',
      User: typeof user === 'string' ? user : '',
      Reason: typeof reason === 'string' ? reason : '',
      Days: typeof days === 'number' ? days : 0,
    },
  ];
}
