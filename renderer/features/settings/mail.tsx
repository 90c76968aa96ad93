import { Send } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { useCommand } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, ErrorState, Field, Notice, TextInput } from '../../ui/index.ts';
import { changesOf, useChanges } from './changes.ts';
import { CheckSetting, NumberSetting, SecretSetting, SelectSetting, TextSetting } from './fields.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';

const text = settingsText.mail;

export function MailSection({ settings }: SectionProps): ReactElement {
  const { calls } = useRights();
  return (
    <>
      <SettingsForm settings={settings} paths={SECTION_PATHS.mail}>
        <TextSetting path="mail.host" mono inputMode="url" />
        <div className="grid gap-4 sm:grid-cols-[8rem_1fr]">
          <NumberSetting path="mail.port" grouping={false} />
          <SelectSetting<Settings['mail']['security']> path="mail.security" options={text.securities} />
        </div>
        <TextSetting path="mail.from" inputMode="email" />
        <TextSetting path="mail.username" />
        <SecretSetting path="mail.password" />
        <CheckSetting path="mail.allowInvalidCertificate" />
        <NumberSetting path="mail.attachmentsMegabytes" unit="MiB" />
        <TextSetting path="mail.oauthTokenUrl" mono inputMode="url" />
        <TextSetting path="mail.oauthClientId" mono />
        <SecretSetting path="mail.oauthClientSecret" />
        <SecretSetting path="mail.oauthRefreshToken" />
      </SettingsForm>
      {calls('rules.testAction') && <TestMail host={settings.mail.host} />}
    </>
  );
}

/** The e-mail action itself, so that what works here works in rules. */
function TestMail({ host }: { readonly host: string }): ReactElement {
  const isChanged = Object.keys(changesOf(useChanges(), SECTION_PATHS.mail)).length > 0;
  const test = useCommand('rules.testAction');
  const [to, setTo] = useState('');
  const [missing, setMissing] = useState(false);
  const [result, setResult] = useState<{ readonly to: string; readonly error: string | null } | undefined>(undefined);
  const whyNot = host === '' ? text.noHost : isChanged ? text.unsaved : undefined;

  async function send(): Promise<void> {
    setResult(undefined);
    setMissing(to.trim() === '');
    if (to.trim() === '') return;
    const trace = await test.run({ action: 'email', config: { to: [to.trim()], subject: text.subject, text: text.text } });
    if (trace !== undefined) setResult({ to: to.trim(), error: trace.state === 'done' ? null : (trace.error ?? '') });
  }

  return (
    <Part title={text.test} help={text.testHelp}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field label={text.recipient} error={missing ? text.recipientMissing : undefined} help={whyNot}>
          <TextInput type="email" value={to} onChange={setTo} autoComplete="email" maxLength={320} />
        </Field>
        <div>
          <Button type="submit" icon={Send} busy={test.busy} disabled={whyNot !== undefined}>
            {text.send}
          </Button>
        </div>
      </form>
      {test.error !== undefined && <ErrorState title={text.failed} error={test.error} />}
      {result?.error === null && (
        <Notice kind="ok" live>
          {text.sent(result.to)}
        </Notice>
      )}
      {result !== undefined && result.error !== null && (
        <Notice kind="failure" live title={text.failed}>
          {result.error}
        </Notice>
      )}
    </Part>
  );
}
