import { type ReactElement, useState } from 'react';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { defenceText } from '../../text/defence.ts';
import { ErrorState, Field, FormDialog, Select, showToast, TextInput } from '../../ui/index.ts';

const MINUTES = { half: 30, day: 1440, week: 10_080, forever: null } as const;
type Length = keyof typeof MINUTES;

/** Blocks an address by hand. */
export function BlockDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const block = useCommand('defender.block', ['defender.']);
  const [address, setAddress] = useState('');
  const [length, setLength] = useState<Length>('forever');
  const [reason, setReason] = useState('');
  const { error } = block;

  async function submit(): Promise<void> {
    const ban = await block.run({ address: address.trim(), minutes: MINUTES[length], reason: reason.trim() });
    if (ban === undefined) return;
    showToast({ title: defenceText.wasBlocked(ban.network) });
    onClose();
  }

  return (
    <FormDialog
      title={defenceText.dialog}
      onClose={onClose}
      submit={defenceText.blockThis}
      busy={block.busy}
      onSubmit={() => void submit()}
    >
      <p className="text-muted">{defenceText.dialogBody}</p>
      {error !== undefined && error.field !== 'address' && <ErrorState title={defenceText.failed} error={error} />}
      <Field label={defenceText.address} help={defenceText.addressHelp} error={error?.field === 'address' ? fieldWords(error) : undefined}>
        <TextInput mono value={address} onChange={setAddress} maxLength={64} />
      </Field>
      <Field label={defenceText.minutes}>
        <Select
          options={(Object.keys(MINUTES) as Length[]).map((value) => ({ value, label: defenceText.durations[value] }))}
          value={length}
          onChange={setLength}
        />
      </Field>
      <Field label={defenceText.reason} help={defenceText.reasonHelp}>
        <TextInput value={reason} onChange={setReason} maxLength={255} />
      </Field>
    </FormDialog>
  );
}
