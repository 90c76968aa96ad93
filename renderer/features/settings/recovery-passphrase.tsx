import { type ReactElement, useState } from 'react';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { upkeepText } from '../../text/upkeep.ts';
import { Button, ErrorState, Field, Notice, SecretInput, showToast, Skeleton } from '../../ui/index.ts';
import { ConfirmIdentity } from '../../forms/confirm-identity.tsx';

const text = upkeepText.passphrase;

/** Sets or changes the recovery passphrase. */
export function RecoveryPassphrase(): ReactElement {
  const secrets = useQuery('secrets.get', {});
  const save = useCommand('secrets.setPassphrase', ['secrets.', 'backups.']);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [differs, setDiffers] = useState(false);
  if (secrets.data === undefined) {
    return secrets.error === undefined ? (
      <Skeleton rows={3} />
    ) : (
      <ErrorState title={text.cannotRead} error={secrets.error} onRetry={secrets.reload} />
    );
  }
  const { passphraseSet, state, trouble } = secrets.data;
  if (state === 'locked') {
    return (
      <Notice kind="failure" title={text.locked}>
        {trouble}
      </Notice>
    );
  }
  const { error } = save;
  const needsConfirmation = error?.code === 'forbidden';
  const isCurrentWrong = error !== undefined && (error.field === 'current' || error.code === 'bad_credentials');
  const isNextWrong = error?.code === 'invalid_input' && error.field === 'passphrase';

  async function submit(): Promise<void> {
    setDiffers(next !== again);
    if (next !== again) return;
    const done = await save.run({ passphrase: next, ...(passphraseSet ? { current } : {}) });
    if (done === undefined) return;
    for (const forget of [setCurrent, setNext, setAgain]) forget('');
    showToast({ title: text.changed });
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {passphraseSet ? <p>{text.set}</p> : <Notice kind="warning">{text.none}</Notice>}
      {passphraseSet && (
        <Field label={text.current} error={isCurrentWrong ? fieldWords(error) : undefined}>
          <SecretInput value={current} onChange={setCurrent} what={text.what} autoComplete="off" />
        </Field>
      )}
      <Field
        label={text.next}
        help={passphraseSet ? `${text.nextHelp} ${text.olderBackups}` : text.nextHelp}
        error={isNextWrong ? fieldWords(error) : undefined}
      >
        <SecretInput value={next} onChange={setNext} what={text.what} autoComplete="new-password" />
      </Field>
      <Field label={text.again} error={differs ? text.differs : undefined}>
        <SecretInput value={again} onChange={setAgain} what={text.what} autoComplete="new-password" />
      </Field>
      {error !== undefined && !isCurrentWrong && !isNextWrong && !needsConfirmation && <ErrorState title={text.failed} error={error} />}
      <div>
        <Button type="submit" busy={save.busy}>
          {passphraseSet ? text.change : text.first}
        </Button>
      </div>
      {needsConfirmation && <ConfirmIdentity onClose={save.clearError} onConfirmed={() => void submit()} />}
    </form>
  );
}
