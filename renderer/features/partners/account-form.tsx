import { zodResolver } from '@hookform/resolvers/zod';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { type Control, type DefaultValues, type FieldValues, type Resolver, useForm } from 'react-hook-form';
import type { z } from 'zod';
import type { Account, AccountInput } from '../../../engine/contract/account.ts';
import { asAppError } from '../../rpc/client.ts';
import { useConsole } from '../../stores/console.ts';
import { partnersText } from '../../text/partners.ts';
import { Button, Notice, showToast } from '../../ui/index.ts';

/**
 * A part of an account as a form: fields, errors of the engine at their place, and a line with *Save* that appears with the first change.
 * What was typed stays until it is saved or discarded.
 */
export function AccountForm<Values extends FieldValues>({
  account,
  schema,
  values,
  toInput,
  children,
}: {
  readonly account: Account;
  readonly schema: z.ZodType<Values, Values>;
  /** The account as this form shows it. */
  readonly values: Values;
  readonly toInput: (values: Values) => Omit<AccountInput, 'username'>;
  readonly children: (control: Control<Values>, values: Values) => ReactNode;
}): ReactElement {
  const { client, queries } = useConsole();
  const [refused, setRefused] = useState(false);
  const { control, handleSubmit, formState, reset, watch, setError } = useForm<Values>({
    mode: 'onTouched',
    defaultValues: values as DefaultValues<Values>,
    resolver: zodResolver(schema) as Resolver<Values>,
  });

  // Somebody else's change is taken over, but for fields that are being changed here.
  const known = JSON.stringify(values);
  useEffect(() => reset(JSON.parse(known) as Values, { keepDirtyValues: true }), [known, reset]);

  async function submit(changed: Values): Promise<void> {
    setRefused(false);
    try {
      await client.call('accounts.save', { username: account.username, ...toInput(changed) });
    } catch (thrown) {
      const error = asAppError(thrown);
      // Errors at a field of this form, or at the part of one that it shows alone, stand there; others above the buttons.
      const place =
        error.field
          ?.split('.')
          .slice(0, 2)
          .findLast((name) => Object.hasOwn(values, name)) ?? 'root';
      setError(place as Parameters<typeof setError>[0], { message: error.message });
      return;
    }
    queries.invalidate('accounts.');
    reset(changed);
    showToast({ title: partnersText.saved });
  }

  return (
    <form
      noValidate
      className="flex max-w-form flex-col gap-5"
      onSubmit={(event) => void handleSubmit(submit, () => setRefused(true))(event)}
    >
      {children(control, watch())}
      {formState.errors.root?.message !== undefined && (
        <Notice kind="failure" title={partnersText.failed} live>
          {formState.errors.root.message}
        </Notice>
      )}
      {refused && Object.keys(formState.errors).length > 0 && (
        <Notice kind="failure" live>
          {partnersText.errors}
        </Notice>
      )}
      {formState.isDirty && (
        <div className="sticky bottom-0 flex flex-wrap items-center gap-3 border-t border-line bg-page py-3">
          <Button kind="primary" type="submit" busy={formState.isSubmitting}>
            {partnersText.save}
          </Button>
          <Button onClick={() => reset(values)}>{partnersText.discard}</Button>
          <span className="text-sm text-muted">{partnersText.unsaved}</span>
        </div>
      )}
    </form>
  );
}
