import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { Rule } from '../../../engine/contract/rule.ts';
import { useCommand } from '../../stores/use-query.ts';
import { toInput } from './draft.ts';
import type { DraftState } from './draft-store.ts';
import type { SampleProps } from './form-parts.ts';
import { type Trial, useSample, useTrial } from './rule-trial.ts';
import { nameOf } from './save-part.tsx';

/** What wizard and page have in common: the trial of the draft, the event that it is compared with, and saving. */
export type RuleForm = {
  readonly trial: Trial;
  readonly sample: SampleProps;
  readonly saving: ReturnType<typeof useCommand<'rules.save'>>;
  /** Saves the draft and forgets it. Undefined when it was refused; `saving.error` says why. */
  readonly save: (enabled: boolean) => Promise<Rule | undefined>;
};

export function useRuleForm(state: DraftState, event: StoredEvent | undefined): RuleForm {
  const { draft, drop } = state;
  const saving = useCommand('rules.save', ['rules.']);
  const trial = useTrial(draft, 0);
  const chosen = useSample(draft, event);
  const compared = useTrial(draft, 1, chosen.sample?._id);
  const found = compared.result?.samples[0];
  return {
    trial,
    saving,
    sample: { ...chosen, checks: chosen.sample !== undefined && found?.event._id === chosen.sample._id ? found.conditions : [] },
    async save(enabled) {
      const saved = await saving.run({ ...toInput(draft), name: nameOf(draft), enabled });
      if (saved !== undefined) drop();
      return saved;
    },
  };
}
