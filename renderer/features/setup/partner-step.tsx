import { RefreshCw } from 'lucide-react';
import type { ReactElement } from 'react';
import { usernameFrom } from '../../forms/partner/credentials.ts';
import { KeyField } from '../../forms/partner/key-field.tsx';
import { partnerFormText } from '../../text/partner-form.ts';
import { setupText } from '../../text/setup.ts';
import { Button, CopyText, Field, KeyValues, Notice, RadioCards, TextInput } from '../../ui/index.ts';
import type { Answers } from './answers.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.partner;

export function PartnerStep({ answers, change, problemAt, password, given, onNewPassword }: StepProps): ReactElement {
  const { partner } = answers;
  if (partner.saved) return <Saved partner={partner} given={given} />;
  const set = (changes: Partial<Answers['partner']>): void => change({ partner: { ...partner, ...changes } });
  const { templates } = partnerFormText;
  return (
    <>
      <Field label={partnerFormText.company} help={partnerFormText.companyHelp} error={problemAt('company')}>
        <TextInput
          value={partner.company}
          maxLength={255}
          onChange={(company) => set({ company, ...(partner.ownUsername ? {} : { username: usernameFrom(company) }) })}
        />
      </Field>
      <Field label={partnerFormText.username} help={partnerFormText.usernameHelp} error={problemAt('username')}>
        <TextInput mono value={partner.username} maxLength={255} onChange={(username) => set({ username, ownUsername: username !== '' })} />
      </Field>
      <Question title={partnerFormText.template}>
        <RadioCards
          label={partnerFormText.template}
          columns={3}
          value={partner.template}
          onChange={(template) => set({ template })}
          options={[
            { value: 'drop-off', ...templates['drop-off'] },
            { value: 'pick-up', ...templates['pick-up'] },
            { value: 'both', ...templates.both },
          ]}
        />
      </Question>
      <Question title={partnerFormText.signIn}>
        <RadioCards
          label={partnerFormText.signIn}
          columns={2}
          value={partner.signIn}
          onChange={(signIn) => set({ signIn })}
          options={[
            { value: 'generated', ...partnerFormText.withPassword },
            { value: 'key', ...partnerFormText.withKey },
          ]}
        />
      </Question>
      {partner.signIn === 'key' ? (
        <KeyField value={partner.key} onChange={(key) => set({ key })} error={problemAt('publicKeys')} />
      ) : (
        <div className="flex flex-col gap-2">
          <span className="font-medium">{partnerFormText.password}</span>
          <div className="flex flex-wrap items-center gap-2">
            <CopyText text={password} name={text.generated} />
            <Button small kind="ghost" icon={RefreshCw} onClick={onNewPassword}>
              {partnerFormText.newPassword}
            </Button>
          </div>
          <p className="max-w-prose text-sm text-muted">{partnerFormText.passwordHelp}</p>
        </div>
      )}
    </>
  );
}

function Question({ title, children }: { readonly title: string; readonly children: ReactElement }): ReactElement {
  return (
    <div className="flex flex-col gap-2">
      <span aria-hidden className="font-medium">
        {title}
      </span>
      {children}
    </div>
  );
}

/** The account exists: what it is, and its password as long as it is known. */
function Saved({ partner, given }: { readonly partner: Answers['partner']; readonly given: string | null }): ReactElement {
  const { company, username, template, signIn } = partner;
  const fields = text.savedFields;
  return (
    <>
      <Notice kind="ok">{text.saved(company)}</Notice>
      <KeyValues
        items={[
          { key: fields.company, value: company },
          { key: fields.username, value: username, mono: true },
          { key: fields.template, value: partnerFormText.templates[template].title },
          { key: fields.password, value: given === null ? null : <CopyText text={given} name={text.generated} /> },
        ]}
      />
      {signIn === 'generated' && <p className="max-w-prose text-muted">{given === null ? text.passwordGone : text.passwordOnce}</p>}
    </>
  );
}
