import { CircleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { defenceText } from '../../text/defence.ts';
import { settingFields } from '../../text/settings.ts';
import { Field, NumberInput } from '../../ui/index.ts';
import { useSettingsForm } from './settings-form.tsx';

type Scores = Settings['defender']['scores'];

const PATH = 'defender.scores';
const { offences, points } = defenceText.rules;
const KINDS = Object.keys(offences) as (keyof Scores)[];

/** What each offence adds to an address's sum. */
export function OffenceScores(): ReactElement {
  const { value, change, error } = useSettingsForm();
  const problem = error(PATH);
  const scores = value(PATH) as Readonly<Record<keyof Scores, number | null>>;
  return (
    <fieldset data-field={PATH} className="flex min-w-0 flex-col gap-3">
      <legend className="mb-2 font-medium">{settingFields[PATH].label}</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-4">
        {KINDS.map((kind) => (
          <Field key={kind} label={offences[kind]}>
            <NumberInput value={scores[kind]} onChange={(score) => change(PATH, { ...scores, [kind]: score })} unit={points} />
          </Field>
        ))}
      </div>
      {problem !== undefined && (
        <p className="flex items-start gap-1.5 text-sm text-failure">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {problem}
        </p>
      )}
    </fieldset>
  );
}
