import type { ReactElement } from 'react';
import { useQuery } from '../stores/use-query.ts';
import { flowsText } from '../text/flows.ts';
import { formsText } from '../text/forms.ts';
import { Notice, Select } from '../ui/index.ts';

/** A choice among the flows, with whose they are. */
export function FlowSelect({ value, onChange }: { readonly value: number | null; readonly onChange: (id: number) => void }): ReactElement {
  const flows = useQuery('flows.list', {});
  if (flows.error !== undefined) return <Notice kind="failure">{flows.error.message}</Notice>;
  if (flows.data?.length === 0) return <Notice kind="notice">{formsText.noFlows}</Notice>;
  return (
    <Select
      options={(flows.data ?? []).map(({ id, name, owner }) => ({
        value: String(id),
        label: owner === undefined ? name : formsText.flowOf(name, 'user' in owner ? owner.user : flowsText.groupOwner(owner.group)),
      }))}
      value={value === null ? null : String(value)}
      onChange={(id) => onChange(Number(id))}
    />
  );
}
