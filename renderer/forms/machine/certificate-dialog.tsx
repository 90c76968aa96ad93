import { FileUp } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import type { Input } from '../../../engine/contract/rpc.ts';
import { useCommand } from '../../stores/use-query.ts';
import { machineText } from '../../text/machine.ts';
import { uiText } from '../../text/ui.ts';
import { fieldWords } from '../field-words.ts';
import { Button, Dialog, Field, Notice, SecretInput, SegmentedControl, showToast, TextArea } from '../../ui/index.ts';

const text = machineText.certificate;
/** Of the contract, before base64 makes it a third longer. */
const LARGEST_PFX_BYTES = 393_216;

/** Takes a certificate as a PFX file or as two PEM texts; the engine says at which of them something is wrong. */
export function CertificateDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [form, setForm] = useState<'pfx' | 'pem'>('pfx');
  const [file, setFile] = useState<{ readonly name: string; readonly base64: string } | undefined>(undefined);
  const [fileProblem, setFileProblem] = useState<string | undefined>(undefined);
  const [password, setPassword] = useState('');
  const [certificate, setCertificate] = useState('');
  const [key, setKey] = useState('');
  const command = useCommand('certificate.import', ['certificate.']);
  const { error } = command;
  const at = (field: string): string | undefined => (error?.field === field ? fieldWords(error) : undefined);
  const isElsewhere = error !== undefined && !['pfx', 'password', 'certificate', 'key'].includes(error.field ?? '');

  async function submit(): Promise<void> {
    if (form === 'pfx' && file === undefined) {
      setFileProblem(text.missing);
      return;
    }
    const files: Input<'certificate.import'> = form === 'pfx' ? { pfx: file?.base64 ?? '', password } : { certificate, key };
    if ((await command.run(files)) === undefined) return;
    showToast({ title: text.imported });
    onClose();
  }

  async function read(chosen: File): Promise<void> {
    command.clearError();
    if (chosen.size > LARGEST_PFX_BYTES) {
      setFileProblem(text.tooLarge);
      return;
    }
    setFileProblem(undefined);
    setFile({ name: chosen.name, base64: base64(new Uint8Array(await chosen.arrayBuffer())) });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={text.dialog}
      wide
      keepOpen
      actions={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button kind="primary" busy={command.busy} onClick={() => void submit()}>
            {text.use}
          </Button>
        </>
      }
    >
      <div>
        <SegmentedControl
          label={text.form}
          value={form}
          onChange={(next) => {
            command.clearError();
            setForm(next);
          }}
          segments={[
            { value: 'pfx', label: text.pfx },
            { value: 'pem', label: text.pem },
          ]}
        />
      </div>
      {isElsewhere && <Notice kind="failure">{error.message}</Notice>}
      {form === 'pfx' ? (
        <>
          <FilePicker name={file?.name} error={fileProblem ?? at('pfx')} onFile={(chosen) => void read(chosen)} />
          <Field label={text.password} help={text.passwordHelp} error={at('password')}>
            <SecretInput value={password} onChange={setPassword} what={text.passwordName} />
          </Field>
        </>
      ) : (
        <>
          <Field label={text.pemCertificate} help={text.pemCertificateHelp} error={at('certificate')}>
            <TextArea value={certificate} onChange={setCertificate} mono rows={5} />
          </Field>
          <Field label={text.pemKey} help={text.pemKeyHelp} error={at('key')}>
            <TextArea value={key} onChange={setKey} mono rows={5} />
          </Field>
        </>
      )}
    </Dialog>
  );
}

type FilePickerProps = {
  readonly name: string | undefined;
  readonly error: string | undefined;
  readonly onFile: (file: File) => void;
};

function FilePicker({ name, error, onFile }: FilePickerProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-col gap-1.5">
      <input
        ref={input}
        type="file"
        accept=".pfx,.p12"
        hidden
        aria-label={text.pfxFile}
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          if (chosen !== undefined) onFile(chosen);
        }}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={FileUp} onClick={() => input.current?.click()}>
          {text.pfxFile}
        </Button>
        {name !== undefined && <span className="text-sm break-all">{text.chosen(name)}</span>}
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-failure">
          {error}
        </p>
      )}
      <p className="max-w-prose text-sm text-muted">{text.pfxHelp}</p>
    </div>
  );
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
