import { zodResolver } from '@hookform/resolvers/zod';
import { ArrowLeft } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useSearch } from 'wouter';
import { z } from 'zod';
import { type Account, accountInputSchema } from '../../../engine/contract/account.ts';
import { ErrorSummary, type SummaryError } from '../../forms/index.ts';
import { generatePassword, usernameFrom } from '../../forms/partner/credentials.ts';
import { KeyField } from '../../forms/partner/key-field.tsx';
import { PARTNER_TEMPLATES, type PartnerTemplate } from '../../forms/partner/templates.ts';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { partnerFormText } from '../../text/partner-form.ts';
import { partnersText } from '../../text/partners.ts';
import { Button, CopyText, Field, Link, Notice, PageHeader, RadioCards, TextInput } from '../../ui/index.ts';
import { partnerName } from './partner-state.ts';

const newPartnerSchema = z.strictObject({
  displayName: z.string().min(1, 'Enter a name.').max(255),
  username: accountInputSchema.shape.username,
  template: z.enum(Object.keys(PARTNER_TEMPLATES) as [PartnerTemplate, ...PartnerTemplate[]]),
  method: z.enum(['password', 'key']),
  password: z.string(),
  publicKey: z.string(),
});
type NewPartner = z.infer<typeof newPartnerSchema>;

const TITLES: Readonly<Record<keyof NewPartner, string>> = {
  displayName: partnerFormText.company,
  username: partnerFormText.username,
  template: partnerFormText.template,
  method: partnerFormText.signIn,
  password: partnerFormText.password,
  publicKey: partnerFormText.key,
};

const TEMPLATES = (Object.keys(PARTNER_TEMPLATES) as PartnerTemplate[]).map((value) => ({ value, ...partnerFormText.templates[value] }));

/** A new account in one screen; `?like=NAME` takes settings over from another. */
export function NewPartnerPage(): ReactElement {
  const like = new URLSearchParams(useSearch()).get('like');
  const model = useQuery('accounts.list', {}).data?.find(({ username }) => username === like);
  const [created, setCreated] = useState<{ readonly account: Account; readonly password: string | null }>();
  return (
    <div className="mx-auto flex w-full max-w-form flex-col gap-6 p-6 max-sm:p-4">
      <PageHeader
        back={
          <Link href={routes.partners()} quiet>
            <ArrowLeft aria-hidden className="inline size-4" /> {partnersText.back}
          </Link>
        }
        title={created === undefined ? partnersText.newTitle : partnersText.createdTitle(partnerName(created.account))}
        sentence={
          created === undefined
            ? model === undefined
              ? partnersText.newSentence
              : partnersText.duplicateOf(partnerName(model))
            : partnersText.createdBody
        }
      />
      {created === undefined ? (
        <NewPartnerForm model={model} onCreated={(account, password) => setCreated({ account, password })} />
      ) : (
        <div className="flex flex-col items-start gap-4">
          {created.password !== null && (
            <Field label={partnerFormText.password} help={partnersText.passwordOnce}>
              <CopyText text={created.password} name={partnerFormText.password} />
            </Field>
          )}
          <Link href={routes.partner(created.account.username, 'sheet')} button="primary">
            {partnersText.toSheet}
          </Link>
        </div>
      )}
    </div>
  );
}

function NewPartnerForm({
  model,
  onCreated,
}: {
  readonly model: Account | undefined;
  readonly onCreated: (account: Account, password: string | null) => void;
}): ReactElement {
  const save = useCommand('accounts.save', ['accounts.']);
  const [attempt, setAttempt] = useState(0);
  const { control, handleSubmit, formState, setValue, watch, setError, getFieldState } = useForm<NewPartner>({
    resolver: zodResolver(newPartnerSchema),
    mode: 'onTouched',
    defaultValues: { displayName: '', username: '', template: 'drop-off', method: 'password', password: generatePassword(), publicKey: '' },
  });
  const method = watch('method');

  async function submit(form: NewPartner): Promise<void> {
    const account = await save.run({
      username: form.username,
      displayName: form.displayName,
      permissions: model?.permissions ?? { '/': [...PARTNER_TEMPLATES[form.template]] },
      ...(model === undefined
        ? {}
        : { signIn: { ...model.signIn, requireKey: form.method === 'key' && model.signIn.requireKey }, expiresAt: model.expiresAt }),
      ...(form.method === 'password'
        ? { password: form.password }
        : { publicKeys: [{ label: form.displayName, key: form.publicKey.trim() }] }),
    });
    if (account !== undefined) onCreated(account, form.method === 'password' ? form.password : null);
  }

  const errors: SummaryError[] = (Object.keys(TITLES) as (keyof NewPartner)[]).flatMap((field) => {
    const message = formState.errors[field]?.message;
    return message === undefined ? [] : [{ field, title: TITLES[field], message }];
  });
  const failed = () => setAttempt((before) => before + 1);

  return (
    <form
      noValidate
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        if (method === 'key' && watch('publicKey').trim() === '') setError('publicKey', { message: partnerFormText.keyHelp });
        void handleSubmit(submit, failed)(event);
      }}
    >
      {attempt > 0 && <ErrorSummary attempt={attempt} errors={errors} />}
      {save.error !== undefined && (
        <Notice kind="failure" title={partnersText.failed} live>
          {save.error.message}
        </Notice>
      )}
      <Controller
        control={control}
        name="displayName"
        render={({ field, fieldState }) => (
          <Field label={partnerFormText.company} help={partnerFormText.companyHelp} error={fieldState.error?.message} name="displayName">
            <TextInput
              value={field.value}
              onBlur={field.onBlur}
              autoFocus
              maxLength={255}
              onChange={(value) => {
                field.onChange(value);
                // The name for signing in follows the company's until somebody types another one.
                if (!getFieldState('username').isDirty) setValue('username', usernameFrom(value));
              }}
            />
          </Field>
        )}
      />
      <Controller
        control={control}
        name="username"
        render={({ field, fieldState }) => (
          <Field label={partnerFormText.username} help={partnerFormText.usernameHelp} error={fieldState.error?.message} name="username">
            <TextInput value={field.value} onChange={field.onChange} onBlur={field.onBlur} mono maxLength={255} />
          </Field>
        )}
      />
      {model === undefined && (
        <Controller
          control={control}
          name="template"
          render={({ field }) => (
            <Field label={partnerFormText.template} name="template">
              <RadioCards label={partnerFormText.template} options={TEMPLATES} value={field.value} onChange={field.onChange} />
            </Field>
          )}
        />
      )}
      <Controller
        control={control}
        name="method"
        render={({ field }) => (
          <Field label={partnerFormText.signIn} name="method">
            <RadioCards
              label={partnerFormText.signIn}
              columns={2}
              options={[
                { value: 'password', ...partnerFormText.withPassword },
                { value: 'key', ...partnerFormText.withKey },
              ]}
              value={field.value}
              onChange={field.onChange}
            />
          </Field>
        )}
      />
      {method === 'password' ? (
        <Field label={partnerFormText.password} help={partnerFormText.passwordHelp} name="password">
          <div className="flex flex-wrap items-center gap-2">
            <CopyText text={watch('password')} name={partnerFormText.password} />
            <Button small onClick={() => setValue('password', generatePassword())}>
              {partnerFormText.newPassword}
            </Button>
          </div>
        </Field>
      ) : (
        <Controller
          control={control}
          name="publicKey"
          render={({ field, fieldState }) => <KeyField value={field.value} onChange={field.onChange} error={fieldState.error?.message} />}
        />
      )}
      <div>
        <Button kind="primary" type="submit" busy={save.busy}>
          {partnersText.create}
        </Button>
      </div>
    </form>
  );
}
