import { FileUp } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { pgpKeysText as text } from '../../text/pgp-keys.ts';
import { Button, ErrorState, Field, FormDialog, SecretInput, showToast, TextArea } from '../../ui/index.ts';

/** Takes in keys as text or as a file, armoured or binary. */
export function ImportPgpKeys({ onClose }: { readonly onClose: () => void }): ReactElement {
  const take = useCommand('pgpKeys.import', ['pgpKeys.']);
  const input = useRef<HTMLInputElement>(null);
  const [key, setKey] = useState('');
  const [file, setFile] = useState<{ readonly name: string; readonly key: string } | undefined>(undefined);
  const [passphrase, setPassphrase] = useState('');
  const { error } = take;
  const at = (field: string): string | undefined => (error?.field === field ? fieldWords(error) : undefined);

  async function read(chosen: File): Promise<void> {
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    // The highest bit of the first byte tells a binary key from armour.
    const isBinary = (bytes[0] ?? 0) >= 0x80;
    const binary = (): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    setFile({ name: chosen.name, key: isBinary ? binary() : new TextDecoder().decode(bytes) });
  }

  async function submit(): Promise<void> {
    const taken = await take.run({ key: file?.key ?? key, passphrase });
    if (taken === undefined) return;
    showToast({ title: text.importDone(taken.length) });
    onClose();
  }

  return (
    <FormDialog title={text.importTitle} onClose={onClose} submit={text.import} onSubmit={() => void submit()} busy={take.busy}>
      {error !== undefined && error.field !== 'key' && error.field !== 'passphrase' && <ErrorState title={text.failed} error={error} />}
      <Field label={text.key} help={text.keyHelp} error={at('key')}>
        <TextArea
          mono
          rows={6}
          value={file === undefined ? key : ''}
          onChange={(typed) => {
            setFile(undefined);
            setKey(typed);
          }}
        />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <input
          ref={input}
          type="file"
          accept=".asc,.gpg,.pgp,.key,.txt"
          hidden
          aria-label={text.file}
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen !== undefined) void read(chosen);
          }}
        />
        <Button icon={FileUp} onClick={() => input.current?.click()}>
          {text.file}
        </Button>
        {file !== undefined && <span className="text-sm break-all">{text.chosen(file.name)}</span>}
      </div>
      <Field label={text.passphrase} help={text.passphraseHelp} error={at('passphrase')}>
        <SecretInput value={passphrase} onChange={setPassphrase} autoComplete="off" />
      </Field>
    </FormDialog>
  );
}
