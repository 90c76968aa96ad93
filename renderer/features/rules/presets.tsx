import { type ReactElement, useState } from 'react';
import { type RulePreset, RULE_PRESETS } from '../../../engine/contract/rule-presets.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Button, Field, Select, TextInput } from '../../ui/index.ts';
import { type Draft, newDraft } from './draft.ts';
import type { PartProps } from './form-parts.ts';

const PRESETS: Readonly<Record<string, RulePreset>> = RULE_PRESETS;
const OPTIONS = Object.entries(PRESETS).map(([value, { title }]) => ({ value, label: title }));

/** Trigger and conditions in one go: "only if they upload in this folder". */
export function Presets({ draft, onChange }: Pick<PartProps, 'draft' | 'onChange'>): ReactElement {
  const [chosen, setChosen] = useState<string | null>(null);
  const [folder, setFolder] = useState('');
  const preset = chosen === null ? undefined : PRESETS[chosen];
  return (
    <div className="flex flex-col gap-3">
      <Field label={ruleFormText.preset} help={ruleFormText.presetHelp}>
        <Select options={OPTIONS} value={chosen} onChange={setChosen} />
      </Field>
      {preset !== undefined && preset.folder !== 'any' && (
        <Field label={ruleFormText.presetFolder}>
          <TextInput
            mono
            value={folder}
            onChange={setFolder}
            placeholder={preset.folder === 'storage' ? ruleFormText.storageExample : ruleFormText.folderExample}
          />
        </Field>
      )}
      <div>
        <Button
          disabled={preset === undefined || (preset.folder !== 'any' && folder.trim() === '')}
          onClick={() => preset !== undefined && onChange(withPreset(draft, preset, folder.trim()))}
        >
          {ruleFormText.presetUse}
        </Button>
      </div>
    </div>
  );
}

/** The draft with the preset's trigger and conditions; a schedule has no place in it any more. */
function withPreset({ schedule: _schedule, ...draft }: Draft, preset: RulePreset, folder: string): Draft {
  const { triggers, conditions } = newDraft(preset.start(folder));
  return { ...draft, triggers, conditions };
}
