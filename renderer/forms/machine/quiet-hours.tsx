import type { ReactElement } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { machineText } from '../../text/machine.ts';
import { Checkbox, Field, TextInput } from '../../ui/index.ts';

const text = machineText.quietHours;

export type QuietHoursValue = Settings['notifications']['quietHours'];

type QuietHoursProps = {
  readonly value: QuietHoursValue;
  readonly onChange: (value: QuietHoursValue) => void;
  readonly error?: string | undefined;
};

/** When the desktop stays silent: two times of the day and the weekdays on which they hold. */
export function QuietHours({ value, onChange, error }: QuietHoursProps): ReactElement {
  const { enabled, from, to, weekdays } = value;
  return (
    <div className="flex flex-col gap-3" data-field="notifications.quietHours">
      <Checkbox label={text.on} help={text.help} checked={enabled} onChange={(next) => onChange({ ...value, enabled: next })} />
      {enabled && (
        <div className="flex flex-col gap-3 ps-6.5">
          <div className="flex flex-wrap gap-4">
            <div className="w-32">
              <Field label={text.from}>
                <TextInput type="time" value={from} onChange={(next) => onChange({ ...value, from: next })} />
              </Field>
            </div>
            <div className="w-32">
              <Field label={text.to}>
                <TextInput type="time" value={to} onChange={(next) => onChange({ ...value, to: next })} />
              </Field>
            </div>
          </div>
          <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
            <legend className="mb-1 font-medium">{text.days}</legend>
            {text.dayNames.map((name, index) => (
              <Checkbox
                key={name}
                label={text.shortDays[index] ?? name}
                checked={weekdays.includes(index + 1)}
                onChange={(on) => onChange({ ...value, weekdays: toggled(weekdays, index + 1, on) })}
              />
            ))}
          </fieldset>
        </div>
      )}
      {error !== undefined && <p className="text-sm text-failure">{error}</p>}
    </div>
  );
}

function toggled(days: readonly number[], day: number, on: boolean): number[] {
  return (on ? [...days, day] : days.filter((other) => other !== day)).sort((a, b) => a - b);
}
