import type { ReactElement } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { defenceText } from '../../text/defence.ts';
import { NumberInput } from '../../ui/index.ts';
import { Setting } from './fields.tsx';
import { useSettingsForm } from './settings-form.tsx';

type Scores = Settings['defender']['scores'];

const PATH = 'defender.scores';
const { offences, points } = defenceText.rules;
const KINDS = Object.keys(offences) as (keyof Scores)[];

/** What each offence adds to an address's sum. */
export function OffenceScores(): ReactElement {
  const { value, change } = useSettingsForm();
  const scores = value(PATH) as Readonly<Record<keyof Scores, number | null>>;
  return (
    <Setting path={PATH}>
      <div className="flex flex-col gap-2">
        {KINDS.map((kind) => (
          <div key={kind} className="flex flex-wrap items-center gap-3">
            <span className="w-80 max-w-full">{offences[kind]}</span>
            <NumberInput
              aria-label={offences[kind]}
              value={scores[kind]}
              onChange={(score) => change(PATH, { ...scores, [kind]: score })}
              unit={points}
            />
          </div>
        ))}
      </div>
    </Setting>
  );
}
