import { type ReactElement, useState } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { StoredSecretInput } from '../../forms/stored-secret-input.tsx';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { mailServerText } from '../../text/mail-server.ts';
import { Button, Disclosure, Field, Notice, NumberInput, Select, showToast, TextInput } from '../../ui/index.ts';

type Mail = Settings['mail'];

const SECURITIES = (['starttls', 'tls', 'none'] as const).map((value) => ({ value, label: mailServerText.securities[value] }));

/** The mail server that an e-mail goes out through, set up where it is needed. Nothing until the settings are known. */
export function MailServer(): ReactElement | null {
  const settings = useQuery('settings.get', {});
  const mail = settings.data?.mail;
  if (mail === undefined) return null;
  if (mail.host === '') {
    return (
      <Notice kind="warning" title={mailServerText.missing}>
        <p className="mb-3">{mailServerText.missingBody}</p>
        <MailForm mail={mail} />
      </Notice>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-muted">{mailServerText.through(mail.host)}</p>
      <Disclosure title={mailServerText.change}>
        <MailForm key={mail.host} mail={mail} />
      </Disclosure>
    </div>
  );
}

function MailForm({ mail }: { readonly mail: Mail }): ReactElement {
  const [draft, setDraft] = useState<Mail>(mail);
  const save = useCommand('settings.save', ['settings.']);
  const change = (next: Partial<Mail>): void => setDraft((now) => ({ ...now, ...next }));

  async function store(): Promise<void> {
    if ((await save.run({ mail: draft })) !== undefined) showToast({ title: mailServerText.saved });
  }

  return (
    <div className="flex flex-col gap-4">
      {save.error !== undefined && (
        <Notice kind="failure" live title={mailServerText.failed} onDismiss={save.clearError}>
          {save.error.message}
        </Notice>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={mailServerText.host} name="mail.host">
          <TextInput value={draft.host} maxLength={255} placeholder={mailServerText.hostExample} onChange={(host) => change({ host })} />
        </Field>
        <Field label={mailServerText.port} name="mail.port">
          <NumberInput value={draft.port} min={1} max={65_535} onChange={(port) => port !== null && change({ port })} />
        </Field>
        <Field label={mailServerText.security} name="mail.security">
          <Select options={SECURITIES} value={draft.security} onChange={(security) => change({ security })} />
        </Field>
        <Field label={mailServerText.from} name="mail.from">
          <TextInput type="email" value={draft.from} maxLength={255} onChange={(from) => change({ from })} />
        </Field>
        <Field label={mailServerText.username} name="mail.username">
          <TextInput value={draft.username} maxLength={255} onChange={(username) => change({ username })} />
        </Field>
        <Field label={mailServerText.password} name="mail.password">
          <StoredSecretInput
            value={draft.password}
            onChange={(password) => change({ password })}
            onBlur={() => undefined}
            multiline={false}
          />
        </Field>
      </div>
      <div>
        <Button small busy={save.busy} disabled={draft.host.trim() === ''} onClick={() => void store()}>
          {mailServerText.save}
        </Button>
      </div>
    </div>
  );
}
