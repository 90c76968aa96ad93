import { type ReactElement, useState } from 'react';
import type { IpListEntry } from '../../../engine/contract/defence.ts';
import { PROTOCOLS } from '../../../engine/contract/event.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { defenceText } from '../../text/defence.ts';
import { Checkbox, ErrorState, Field, FormDialog, Select, TextInput } from '../../ui/index.ts';

const text = defenceText.lists;
const MODES = ['allow', 'deny'] as const;

/** Makes or changes an entry of the address lists. */
export function AddressListDialog({
  entry,
  onClose,
}: {
  readonly entry: IpListEntry | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const save = useCommand('ipLists.save', ['ipLists.', 'defender.']);
  const [network, setNetwork] = useState(entry?.network ?? '');
  const [mode, setMode] = useState<IpListEntry['mode']>(entry?.mode ?? 'allow');
  const [protocols, setProtocols] = useState<IpListEntry['protocols']>(entry?.protocols ?? []);
  const [note, setNote] = useState(entry?.note ?? '');
  const { error } = save;

  async function submit(): Promise<void> {
    const id = entry === undefined ? {} : { id: entry.id };
    if ((await save.run({ ...id, network: network.trim(), mode, protocols, note: note.trim() })) !== undefined) onClose();
  }

  return (
    <FormDialog title={text.dialog} onClose={onClose} submit={text.save} busy={save.busy} onSubmit={() => void submit()}>
      {error !== undefined && error.field !== 'network' && <ErrorState title={text.failed} error={error} />}
      <Field label={text.network} help={text.networkHelp} error={error?.field === 'network' ? fieldWords(error) : undefined}>
        <TextInput mono value={network} onChange={setNetwork} maxLength={64} />
      </Field>
      <Field label={text.mode}>
        <Select options={MODES.map((value) => ({ value, label: text.modes[value] }))} value={mode} onChange={setMode} />
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">{text.protocols}</legend>
        {PROTOCOLS.map((protocol) => (
          <Checkbox
            key={protocol}
            label={protocol}
            checked={protocols.includes(protocol)}
            onChange={(on) => setProtocols(on ? [...protocols, protocol] : protocols.filter((other) => other !== protocol))}
          />
        ))}
        <p className="text-sm text-muted">{text.protocolsHelp}</p>
      </fieldset>
      <Field label={text.note}>
        <TextInput value={note} onChange={setNote} maxLength={255} />
      </Field>
    </FormDialog>
  );
}
