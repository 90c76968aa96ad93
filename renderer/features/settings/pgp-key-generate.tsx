import { type ReactElement, useState } from 'react';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { pgpKeysText as text } from '../../text/pgp-keys.ts';
import { ErrorState, Field, FormDialog, SecretInput, Select, showToast, TextInput } from '../../ui/index.ts';

const TYPES = ['ecc', 'rsa'] as const;
const DAYS = { never: undefined, year: 365, years2: 730, years5: 1826 } as const;
type Validity = keyof typeof DAYS;
const FIELDS = new Set(['name', 'email', 'passphrase']);

/** Makes a key pair of the office's own. */
export function GeneratePgpKey({ onClose }: { readonly onClose: () => void }): ReactElement {
  const generate = useCommand('pgpKeys.generate', ['pgpKeys.']);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [type, setType] = useState<(typeof TYPES)[number]>('ecc');
  const [validity, setValidity] = useState<Validity>('never');
  const [passphrase, setPassphrase] = useState('');
  const { error } = generate;
  const at = (field: string): string | undefined => (error?.field === field ? fieldWords(error) : undefined);

  async function submit(): Promise<void> {
    const days = DAYS[validity];
    const made = await generate.run({ name, email: email.trim(), passphrase, type, ...(days === undefined ? {} : { days }) });
    if (made === undefined) return;
    showToast({ title: text.generateDone });
    onClose();
  }

  return (
    <FormDialog title={text.generateTitle} onClose={onClose} submit={text.generate} onSubmit={() => void submit()} busy={generate.busy}>
      {error !== undefined && !FIELDS.has(error.field ?? '') && <ErrorState title={text.failed} error={error} />}
      <Field label={text.name} help={text.nameHelp} error={at('name')}>
        <TextInput value={name} onChange={setName} maxLength={255} />
      </Field>
      <Field label={text.email} error={at('email')}>
        <TextInput value={email} onChange={setEmail} maxLength={255} />
      </Field>
      <Field label={text.type}>
        <Select options={TYPES.map((value) => ({ value, label: text.types[value] }))} value={type} onChange={setType} />
      </Field>
      <Field label={text.valid}>
        <Select
          options={(Object.keys(DAYS) as Validity[]).map((value) => ({ value, label: text.validity[value] }))}
          value={validity}
          onChange={setValidity}
        />
      </Field>
      <Field label={text.newPassphrase} help={text.newPassphraseHelp} error={at('passphrase')}>
        <SecretInput value={passphrase} onChange={setPassphrase} autoComplete="new-password" />
      </Field>
    </FormDialog>
  );
}
