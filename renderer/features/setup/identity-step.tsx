import type { ReactElement, ReactNode } from 'react';
import { Certificate } from '../../forms/machine/certificate.tsx';
import { HostKeys } from '../../forms/machine/host-keys.tsx';
import { setupText } from '../../text/setup.ts';
import { Field, TextInput } from '../../ui/index.ts';
import { usesFtp } from './answers.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.identity;

export function IdentityStep({ answers, change, problemAt }: StepProps): ReactElement {
  return (
    <>
      <Field label={text.name} help={text.nameHelp} error={problemAt('name')}>
        <TextInput value={answers.name} onChange={(name) => change({ name })} maxLength={255} />
      </Field>
      {answers.sftp && (
        <Part title={text.keys} help={text.keysHelp}>
          <HostKeys />
        </Part>
      )}
      <Part title={text.certificate} help={usesFtp(answers) ? text.certificateHelp : text.noCertificate}>
        {usesFtp(answers) && <Certificate />}
      </Part>
    </>
  );
}

function Part({ title, help, children }: { readonly title: string; readonly help: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="flex flex-col gap-3">
      <div>
        <h2 className="font-semibold">{title}</h2>
        <p className="max-w-prose text-muted">{help}</p>
      </div>
      {children}
    </section>
  );
}
