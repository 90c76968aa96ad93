import { type ReactElement, useState } from 'react';
import { type PgpUse, pgpKeyName, pgpUseTrouble } from '../../engine/contract/pgp-key.ts';
import { useQuery } from '../stores/use-query.ts';
import { pgpKeysText } from '../text/pgp-keys.ts';
import { Notice, Select } from '../ui/index.ts';

type PgpKeySelectProps = {
  readonly value: number | null;
  readonly onChange: (id: number | null) => void;
  readonly use: PgpUse;
  /** It may be none. */
  readonly optional: boolean;
};

const NONE = 'none';

/** A choice among the kept keys that are good for this. One that no longer is stays visible where it was chosen. */
export function PgpKeySelect({ value, onChange, use, optional }: PgpKeySelectProps): ReactElement {
  const keys = useQuery('pgpKeys.list', {});
  const [now] = useState(Date.now);
  if (keys.error !== undefined) return <Notice kind="failure">{keys.error.message}</Notice>;
  const offered = (keys.data ?? []).filter((key) => key.id === value || pgpUseTrouble(key, use, now) === null);
  if (keys.data !== undefined && offered.length === 0 && value === null) return <Notice kind="notice">{pgpKeysText.noKeys}</Notice>;
  const isGone = value !== null && keys.data !== undefined && !offered.some(({ id }) => id === value);
  return (
    <Select
      options={[
        ...(optional ? [{ value: NONE, label: pgpKeysText.none }] : []),
        ...offered.map((key) => ({ value: String(key.id), label: `${pgpKeyName(key)} · ${key.fingerprint.slice(-16)}` })),
        ...(isGone ? [{ value: String(value), label: pgpKeysText.gone(value) }] : []),
      ]}
      value={value === null ? (optional ? NONE : null) : String(value)}
      placeholder={pgpKeysText.choose}
      onChange={(id) => onChange(id === NONE ? null : Number(id))}
    />
  );
}
