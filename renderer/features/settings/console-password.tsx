import { type ReactElement, useState } from 'react';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, ErrorState, Field, SecretInput, showToast, Skeleton } from '../../ui/index.ts';

const text = settingsText.security;

/** Sets or changes one's own password, or the console password for whoever signed in without a name. */
export function ConsolePassword(): ReactElement {
  const session = useQuery('console.session', {});
  const save = useCommand('console.setPassword', ['console.session']);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  if (session.data === undefined) {
    return session.error === undefined ? (
      <Skeleton rows={2} />
    ) : (
      <ErrorState title={settingsText.cannotRead} error={session.error} onRetry={session.reload} />
    );
  }
  const { hasPassword, name } = session.data;
  const { error } = save;
  const isCurrentWrong = error !== undefined && hasPassword && (error.field === 'current' || error.code === 'bad_credentials');
  const isNextWrong = error?.field === 'password';

  async function submit(): Promise<void> {
    const done = await save.run({ password: next, ...(hasPassword ? { current } : {}) });
    if (done === undefined) return;
    setCurrent('');
    setNext('');
    showToast({ title: text.passwordChanged });
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
      {name === null && <p>{hasPassword ? text.passwordSet : text.passwordNone}</p>}
      {hasPassword && (
        <Field label={text.current} error={isCurrentWrong ? fieldWords(error) : undefined}>
          <SecretInput value={current} onChange={setCurrent} what={text.what} autoComplete="current-password" />
        </Field>
      )}
      <Field label={text.next} help={text.nextHelp} error={isNextWrong ? fieldWords(error) : undefined}>
        <SecretInput value={next} onChange={setNext} what={text.what} autoComplete="new-password" />
      </Field>
      {error !== undefined && !isCurrentWrong && !isNextWrong && <ErrorState title={text.passwordFailed} error={error} />}
      <div>
        <Button type="submit" busy={save.busy}>
          {hasPassword ? text.changePassword : text.setPassword}
        </Button>
      </div>
    </form>
  );
}
