import { useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { RuleInput, RuleProblem, RuleTest } from '../../../engine/contract/rule.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { useSettled } from '../../forms/machine/use-settled.ts';
import { useQuery } from '../../stores/use-query.ts';
import { atFields, completed, type Draft, newDraft } from './draft.ts';

/** So many days back a rule is tried. */
export const TRIAL_DAYS = 7;
const CHOICES = 20;

/** What the engine makes of the draft, asked each time typing pauses; nothing is done and nothing saved. */
export type Trial = {
  /** Undefined until the first answer, and while no trigger is chosen. */
  readonly result: RuleTest | undefined;
  readonly error: AppError | undefined;
  readonly loading: boolean;
  /** At the fields of the draft; also where the input was refused as a whole. */
  readonly problems: readonly RuleProblem[];
  /** What works, but perhaps not as it is meant. */
  readonly warnings: readonly RuleProblem[];
};

/** Tries the draft on the last days, or on the one event named. `samples`: so many are answered in full. */
export function useTrial(draft: Draft, samples: number, eventId?: number): Trial {
  const asked = useSettled(draft);
  const input = testable(asked);
  const { data, error, loading } = useQuery(
    'rules.test',
    input === undefined ? undefined : { rule: input, days: TRIAL_DAYS, samples, ...(eventId === undefined ? {} : { eventIds: [eventId] }) },
  );
  // The answer before stays in sight while the next one comes.
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last) setLast(data);
  return {
    result: input === undefined ? undefined : (data ?? last),
    error: isProblem(error) ? undefined : error,
    loading,
    problems: problemsOf(asked, data ?? last, error),
    warnings: (data ?? last)?.warnings ?? [],
  };
}

/** Events that the draft's triggers listen to, whatever its conditions say, and the one that it is compared with. */
export function useSample(
  draft: Draft,
  first: StoredEvent | undefined,
): { readonly choices: readonly StoredEvent[]; readonly sample: StoredEvent | undefined; readonly choose: (id: number) => void } {
  const [chosen, setChosen] = useState<number>();
  const input = testable({ ...draft, conditions: NO_CONDITIONS, steps: [] });
  const { data } = useQuery(
    'rules.test',
    input === undefined ? undefined : { rule: input, days: TRIAL_DAYS, samples: CHOICES, limit: 500 },
  );
  const found = data?.samples.map(({ event }) => event) ?? [];
  const choices = first === undefined ? found : [first, ...found.filter(({ _id }) => _id !== first._id)];
  return { choices, sample: choices.find(({ _id }) => _id === chosen) ?? choices[0], choose: setChosen };
}

/** True where an event can set the rule off, so that the past has something to say. */
export function waitsForEvents({ triggers }: Pick<RuleInput, 'triggers'>): boolean {
  return triggers.map(findTrigger).some((trigger) => trigger?.asked !== undefined || (trigger?.listensTo.length ?? 0) > 0);
}

const NO_CONDITIONS = newDraft().conditions;

/** The draft as the engine can try it; undefined while nothing says when it would run. */
function testable(draft: Draft): RuleInput | undefined {
  return draft.triggers.length === 0 ? undefined : completed(draft).rule;
}

/** A refusal that names a field of the rule is a problem at that field. */
function isProblem(error: AppError | undefined): boolean {
  return error?.code === 'invalid_input' && error.field?.startsWith('rule.') === true;
}

function problemsOf(draft: Draft, data: RuleTest | undefined, error: AppError | undefined): readonly RuleProblem[] {
  if (error !== undefined && isProblem(error))
    return atFields(draft, [{ field: error.field?.slice('rule.'.length) ?? '', message: error.message }]);
  const problems = data?.problems ?? [];
  return atFields(draft, draft.steps.length === 0 ? problems.filter(({ field }) => !field.startsWith('steps')) : problems);
}
