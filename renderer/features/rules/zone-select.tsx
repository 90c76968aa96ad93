import type { ReactElement } from 'react';
import { Combobox, Field } from '../../ui/index.ts';
import { ruleFormText } from '../../text/rule-form.ts';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((zone) => ({
  value: zone,
  label: zone.replaceAll('_', ' '),
}));

/** An IANA time zone, found by typing. */
export function ZoneSelect({
  value,
  onChange,
  name,
  error,
}: {
  readonly value: string;
  readonly onChange: (zone: string) => void;
  readonly name: string;
  readonly error?: string | undefined;
}): ReactElement {
  return (
    <Field label={ruleFormText.zone} name={name} error={error}>
      <Combobox options={ZONES} value={value} onChange={(zone) => zone !== null && onChange(zone)} />
    </Field>
  );
}
