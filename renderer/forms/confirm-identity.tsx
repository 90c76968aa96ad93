import { type ReactElement, useState } from 'react';
import { fieldWords } from './field-words.ts';
import { useCommand, useQuery } from '../stores/use-query.ts';
import { settingsText } from '../text/settings.ts';
import { uiText } from '../text/ui.ts';
import { Button, CopyText, Dialog, ErrorState, Field, SecretInput, Skeleton } from '../ui/index.ts';

const text = settingsText.confirm;

type ConfirmIdentityProps = { readonly onClose: () => void; readonly onConfirmed: () => void };

/** Asks for the console password before something that decides over the machine; where there is none yet, for a first one. */
export function ConfirmIdentity({ onClose, onConfirmed }: ConfirmIdentityProps): ReactElement {
  const session = useQuery('console.session', {});
  const confirm = useCommand('console.confirm', ['console.session']);
  const first = useCommand('console.setPassword', ['console.session']);
  const [password, setPassword] = useState('');
  const { data } = session;
  const isFirst = data?.hasPassword === false;
  const isTooOld = isFirst && data.confirmedUntil === null;
  const { error } = isFirst ? first : confirm;

  async function submit(): Promise<void> {
    const done = isFirst ? await first.run({ password }) : await confirm.run({ password });
    if (done !== undefined) onConfirmed();
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={text.title}
      keepOpen
      actions={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          {data !== undefined && !isTooOld && (
            <Button type="submit" form="confirm-identity" kind="primary" busy={confirm.busy || first.busy}>
              {isFirst ? text.set : text.go}
            </Button>
          )}
        </>
      }
    >
      {data === undefined ? (
        session.error === undefined ? (
          <Skeleton rows={2} />
        ) : (
          <ErrorState title={settingsText.saveFailed} error={session.error} onRetry={session.reload} />
        )
      ) : isTooOld ? (
        <>
          <p>{text.tooOld}</p>
          <CopyText text={text.command} name={text.commandName} />
        </>
      ) : (
        <form
          id="confirm-identity"
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            // It stands inside another form for React, though not for the browser.
            event.stopPropagation();
            void submit();
          }}
        >
          <p>{isFirst ? text.first : data.name === null ? text.body : text.ownBody}</p>
          <Field
            label={data.name === null ? text.password : text.ownPassword}
            error={error === undefined ? undefined : fieldWords(error)}
            help={isFirst ? settingsText.security.nextHelp : undefined}
          >
            <SecretInput
              value={password}
              onChange={setPassword}
              what={settingsText.security.what}
              autoComplete={isFirst ? 'new-password' : 'current-password'}
              autoFocus
            />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
