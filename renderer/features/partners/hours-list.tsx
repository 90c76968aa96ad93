import type { ReactElement } from 'react';
import type { Limits } from '../../../engine/contract/access.ts';
import { ListControl } from '../../forms/list-control.tsx';
import { limitsText } from '../../text/limits.ts';
import { machineText } from '../../text/machine.ts';
import { Checkbox, Field, TextInput } from '../../ui/index.ts';

type Window = Limits['hours'][number];

const days = machineText.quietHours;

/** The hours of the week in which the partner may be signed in. */
export function HoursList({
  value,
  onChange,
  error,
}: {
  readonly value: Limits['hours'];
  readonly onChange: (value: Limits['hours']) => void;
  readonly error: string | undefined;
}): ReactElement {
  return (
    <ListControl
      title={limitsText.hours}
      help={limitsText.hoursHelp}
      path="limits.hours"
      error={error}
      items={value}
      onChange={(items) => onChange(items as Limits['hours'])}
      grouped
      makeItem={(): Window => ({ weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', zone: ownZone() })}
      renderItem={(item, _index, change) => <Hours window={item as Window} onChange={change} />}
    />
  );
}

function Hours({ window, onChange }: { readonly window: Window; readonly onChange: (window: Window) => void }): ReactElement {
  const { weekdays, from, to, zone } = window;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-4">
        <div className="w-32">
          <Field label={days.from}>
            <TextInput type="time" value={from} onChange={(next) => onChange({ ...window, from: next })} />
          </Field>
        </div>
        <div className="w-32">
          <Field label={days.to}>
            <TextInput type="time" value={to} onChange={(next) => onChange({ ...window, to: next })} />
          </Field>
        </div>
        <div className="w-48">
          <Field label={limitsText.zone}>
            <TextInput value={zone} onChange={(next) => onChange({ ...window, zone: next })} />
          </Field>
        </div>
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 font-medium">{days.days}</legend>
        {days.dayNames.map((name, index) => (
          <Checkbox
            key={name}
            label={days.shortDays[index] ?? name}
            checked={weekdays.includes(index + 1)}
            onChange={(on) =>
              onChange({
                ...window,
                weekdays: (on ? [...weekdays, index + 1] : weekdays.filter((other) => other !== index + 1)).sort((a, b) => a - b),
              })
            }
          />
        ))}
      </fieldset>
    </div>
  );
}

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
