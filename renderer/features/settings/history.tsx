import type { ReactElement } from 'react';
import type { EventGroup } from '../../../engine/contract/define.ts';
import type { Settings } from '../../../engine/contract/settings.ts';
import { activityText } from '../../text/activity.ts';
import { settingFields, settingsText, settingUnits } from '../../text/settings.ts';
import { Checkbox, Disclosure, Field, NumberInput, Select, TextArea } from '../../ui/index.ts';
import { CheckSetting, NumberSetting, SizeSetting } from './fields.tsx';
import { useSettingsForm } from './settings-form.tsx';

const text = settingsText.history;
type Log = Settings['log'];
type GroupKeeping = Log['groups'][EventGroup];
type Calls = Log['apiCalls'];

/** What the log keeps: of everything, of each kind of event, and of the requests of scripts. */
export function HistorySettings(): ReactElement {
  return (
    <>
      <NumberSetting path="log.keepDays" unit={settingUnits.days} />
      <Disclosure title={text.more}>
        <NumberSetting path="log.failedRunDays" unit={settingUnits.days} />
        <SizeSetting path="log.largestBytes" />
        <CheckSetting path="log.search" />
        <CheckSetting path="log.detail" />
        <RecordedCalls path="log.apiCalls" />
        <RecordedCalls path="log.apiProgress" />
      </Disclosure>
      <Disclosure title={text.groups}>
        <Groups />
      </Disclosure>
    </>
  );
}

function Groups(): ReactElement {
  const { value, change, error } = useSettingsForm();
  const path = 'log.groups';
  // Only this control writes it, and its saved form is the schema's.
  const groups = value(path) as Log['groups'];
  const problem = error(path);
  return (
    <div data-field={path} className="flex flex-col gap-4">
      <p className="text-muted">{text.groupsHelp}</p>
      {(Object.keys(groups) as EventGroup[]).map((id) => (
        <GroupFields
          key={id}
          name={activityText.groups[id]}
          alwaysOn={id === 'system'}
          value={groups[id]}
          onChange={(next) => change(path, { ...groups, [id]: next })}
        />
      ))}
      {problem !== undefined && <p className="text-sm text-failure">{problem}</p>}
    </div>
  );
}

type GroupFieldsProps = {
  readonly name: string;
  /** The log's own news cannot be switched off. */
  readonly alwaysOn: boolean;
  readonly value: GroupKeeping;
  readonly onChange: (value: GroupKeeping) => void;
};

function GroupFields({ name, alwaysOn, value, onChange }: GroupFieldsProps): ReactElement {
  const set = (change: Partial<GroupKeeping>): void => onChange({ ...value, ...change });
  return (
    <fieldset className="flex flex-col gap-3 border-t border-line pt-3">
      <legend className="float-start font-medium">{name}</legend>
      <div className="clear-both flex flex-wrap gap-x-6 gap-y-2">
        <Checkbox label={text.kept} checked={value.enabled} disabled={alwaysOn} onChange={(enabled) => set({ enabled })} />
        <Checkbox label={text.personal} checked={value.personalData} onChange={(personalData) => set({ personalData })} />
      </div>
      <div className="flex flex-wrap gap-x-6 gap-y-3">
        <Field label={text.keepDays}>
          <NumberInput value={value.keepDays} unit={settingUnits.days} onChange={(keepDays) => set({ keepDays })} />
        </Field>
        <Field label={text.forgetAddresses}>
          <NumberInput
            value={value.forgetAddressesAfterDays}
            unit={settingUnits.days}
            onChange={(forgetAddressesAfterDays) => set({ forgetAddressesAfterDays })}
          />
        </Field>
      </div>
    </fieldset>
  );
}

/** Which requests, or whose progress, the log holds; lists have a method's name, or its beginning and `*`, on each line. */
function RecordedCalls({ path }: { readonly path: 'log.apiCalls' | 'log.apiProgress' }): ReactElement {
  const { value, change, error } = useSettingsForm();
  const calls = value(path) as Calls;
  const { label, help } = settingFields[path];
  const lists = { include: text.include, exclude: text.exclude } as const;
  return (
    <fieldset data-field={path} className="flex flex-col gap-3 border-t border-line pt-3">
      <legend className="float-start font-medium">{label}</legend>
      <Field label={text.record} help={help} error={error(path)}>
        <Select
          options={(['off', 'writes', 'all'] as const).map((record) => ({ value: record, label: text.records[record] }))}
          value={calls.record}
          onChange={(record) => change(path, { ...calls, record })}
        />
      </Field>
      {(['include', 'exclude'] as const).map((list) => (
        <Field key={list} label={lists[list]}>
          <TextArea
            mono
            rows={2}
            value={calls[list].join('\n')}
            onChange={(lines) => change(path, { ...calls, [list]: lines.split('\n') })}
            onBlur={() => change(path, { ...calls, [list]: calls[list].map((line) => line.trim()).filter((line) => line !== '') })}
          />
        </Field>
      ))}
    </fieldset>
  );
}
