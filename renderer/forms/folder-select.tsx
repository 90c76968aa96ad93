import type { ReactElement } from 'react';
import { useQuery } from '../stores/use-query.ts';
import { formsText } from '../text/forms.ts';
import { Notice, Select } from '../ui/index.ts';

type FolderSelectProps = {
  /** Name of the folder; empty for none. */
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** Only those of this machine will do. */
  readonly localOnly: boolean;
};

/** No folder has this name, which holds a space. */
const NONE = 'no folder';

/** A choice among the shared folders, or none of them. One that there is no more stays visible where it was chosen. */
export function FolderSelect({ value, onChange, localOnly }: FolderSelectProps): ReactElement {
  const folders = useQuery('folders.list', {});
  if (folders.error !== undefined) return <Notice kind="failure">{folders.error.message}</Notice>;
  const names = (folders.data ?? []).filter(({ name, remote }) => name === value || !localOnly || remote === null).map(({ name }) => name);
  const isGone = value !== '' && folders.data !== undefined && !names.includes(value);
  return (
    <Select
      options={[
        { value: NONE, label: formsText.noFolder },
        ...names.map((name) => ({ value: name, label: name })),
        ...(isGone ? [{ value, label: formsText.folderGone(value) }] : []),
      ]}
      value={value === '' ? NONE : value}
      onChange={(name) => onChange(name === NONE ? '' : name)}
    />
  );
}
