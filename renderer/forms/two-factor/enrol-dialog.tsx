import { type ReactElement, useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { Output } from '../../../engine/contract/rpc.ts';
import { twoFactorText as text } from '../../text/two-factor.ts';
import { Button, CopyText, Dialog, ErrorState, Field, FormDialog, Notice, TextInput } from '../../ui/index.ts';
import { fieldWords } from '../field-words.ts';

type EnrolDialogProps = {
  readonly enrolment: Output<'twoFactor.enrol'>;
  /** Takes the first code. Resolves with the recovery codes, or with undefined after `error` was set. */
  readonly confirm: (code: string) => Promise<{ readonly recoveryCodes: readonly string[] } | undefined>;
  readonly busy: boolean;
  readonly error: AppError | undefined;
  /** What to do with the recovery codes. */
  readonly codesBody: string;
  readonly onClose: () => void;
};

/** Shows the new secret this once, takes a first code, and shows the recovery codes this once. */
export function EnrolDialog({ enrolment, confirm, busy, error, codesBody, onClose }: EnrolDialogProps): ReactElement {
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<readonly string[] | undefined>(undefined);
  if (codes !== undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={text.codes}
        keepOpen
        actions={
          <Button kind="primary" onClick={onClose}>
            {text.done}
          </Button>
        }
      >
        <Notice kind="warning">{codesBody}</Notice>
        <CopyText block name={text.codes} text={codes.join('\n')} />
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={text.dialog}
      onClose={onClose}
      submit={text.confirm}
      busy={busy}
      onSubmit={() => void confirm(code).then((made) => setCodes(made?.recoveryCodes))}
    >
      <p>{text.step}</p>
      {error !== undefined && error.field !== 'code' && <ErrorState title={text.failed} error={error} />}
      <CopyText block name={text.secret} text={enrolment.secret} />
      <CopyText block name={text.address} text={enrolment.uri} />
      <Field label={text.code} error={error?.field === 'code' ? fieldWords(error) : undefined}>
        <TextInput mono inputMode="numeric" value={code} onChange={setCode} maxLength={10} />
      </Field>
    </FormDialog>
  );
}
