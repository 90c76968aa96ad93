import type { ReactElement } from 'react';
import type { ExpectedFile } from '../../../engine/contract/rule.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { useQuery } from '../../stores/use-query.ts';
import { watchText } from '../../text/watch.ts';
import { Checkbox, Field, NumberInput, Select, TextInput } from '../../ui/index.ts';
import { type Draft, localZone } from './draft.ts';
import type { PartProps } from './form-parts.ts';
import { ZoneSelect } from './zone-select.tsx';

const USUAL_QUOTA = 80;
const USUAL_DISK = 10;

/** What the watchful triggers look at belongs to them: it comes and goes with each. */
export function withWatch(draft: Draft): Draft {
  const { watch = {}, ...rest } = draft;
  const wanted = new Set(draft.triggers.map((id) => findTrigger(id)?.watches));
  const next = {
    ...(wanted.has('overdue') ? { overdue: watch.overdue ?? newExpectation() } : {}),
    ...(wanted.has('quotaPercent') ? { quotaPercent: watch.quotaPercent ?? USUAL_QUOTA } : {}),
    ...(wanted.has('diskFreePercent') ? { diskFreePercent: watch.diskFreePercent ?? USUAL_DISK } : {}),
  };
  return Object.keys(next).length === 0 ? rest : { ...rest, watch: next };
}

function newExpectation(): ExpectedFile {
  return { username: '-', folder: '/', pattern: '*', deadline: '18:00', weekdays: [1, 2, 3, 4, 5], graceMinutes: 0, zone: localZone() };
}

/** The fields of the watchful triggers that are chosen. */
export function WatchFields({ draft, onChange, errors }: PartProps): ReactElement | null {
  const { watch } = draft;
  if (watch === undefined) return null;
  const change = (next: Partial<typeof watch>): void => onChange({ ...draft, watch: { ...watch, ...next } });
  return (
    <div className="flex flex-col gap-4 border-s-2 border-line ps-4">
      {watch.overdue !== undefined && (
        <Expectation
          file={watch.overdue}
          onChange={(overdue) => change({ overdue })}
          error={(field) => errors.get(`watch.overdue.${field}`)}
        />
      )}
      {watch.quotaPercent !== undefined && (
        <Field label={watchText.quota} help={watchText.quotaHelp} name="watch.quotaPercent" error={errors.get('watch.quotaPercent')}>
          <NumberInput
            value={watch.quotaPercent}
            min={1}
            max={100}
            unit={watchText.percent}
            onChange={(percent) => percent !== null && change({ quotaPercent: percent })}
          />
        </Field>
      )}
      {watch.diskFreePercent !== undefined && (
        <Field label={watchText.disk} help={watchText.diskHelp} name="watch.diskFreePercent" error={errors.get('watch.diskFreePercent')}>
          <NumberInput
            value={watch.diskFreePercent}
            min={1}
            max={99}
            unit={watchText.percent}
            onChange={(percent) => percent !== null && change({ diskFreePercent: percent })}
          />
        </Field>
      )}
    </div>
  );
}

function Expectation({
  file,
  onChange,
  error,
}: {
  readonly file: ExpectedFile;
  readonly onChange: (file: ExpectedFile) => void;
  readonly error: (field: keyof ExpectedFile) => string | undefined;
}): ReactElement {
  const accounts = useQuery('accounts.list', {});
  const change = (next: Partial<ExpectedFile>): void => onChange({ ...file, ...next });
  const at = (field: keyof ExpectedFile): string => `watch.overdue.${field}`;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={watchText.user} name={at('username')} error={error('username')}>
          <Select
            options={(accounts.data ?? []).map(({ username }) => ({ value: username, label: username }))}
            value={file.username === '-' ? null : file.username}
            onChange={(username) => change({ username })}
          />
        </Field>
        <Field label={watchText.folder} name={at('folder')} error={error('folder')}>
          <TextInput value={file.folder} maxLength={4096} onChange={(folder) => change({ folder })} />
        </Field>
        <Field label={watchText.pattern} help={watchText.patternHelp} name={at('pattern')} error={error('pattern')}>
          <TextInput value={file.pattern} maxLength={255} onChange={(pattern) => change({ pattern })} />
        </Field>
        <Field label={watchText.deadline} name={at('deadline')} error={error('deadline')}>
          <TextInput type="time" value={file.deadline} onChange={(deadline) => change({ deadline })} />
        </Field>
        <Field label={watchText.grace} help={watchText.graceHelp} name={at('graceMinutes')} error={error('graceMinutes')}>
          <NumberInput
            value={file.graceMinutes}
            min={0}
            max={1440}
            unit={watchText.minutes}
            onChange={(minutes) => change({ graceMinutes: minutes ?? 0 })}
          />
        </Field>
        <ZoneSelect value={file.zone} onChange={(zone) => change({ zone })} name={at('zone')} error={error('zone')} />
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-2" data-field={at('weekdays')}>
        <legend className="mb-1 font-medium">{watchText.weekdays}</legend>
        {watchText.days.map((day, index) => (
          <Checkbox
            key={day}
            label={day}
            checked={file.weekdays.includes(index + 1)}
            onChange={(on) =>
              change({
                weekdays: on ? [...file.weekdays, index + 1].sort((a, b) => a - b) : file.weekdays.filter((one) => one !== index + 1),
              })
            }
          />
        ))}
        {error('weekdays') !== undefined && <p className="w-full text-sm text-failure">{error('weekdays')}</p>}
      </fieldset>
    </>
  );
}
