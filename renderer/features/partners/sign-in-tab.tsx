import type { ReactElement } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { type Account, accountInputSchema } from '../../../engine/contract/account.ts';
import { partnersText } from '../../text/partners.ts';
import { Checkbox, Disclosure, Field, Switch, TextArea } from '../../ui/index.ts';
import { AccountForm } from './account-form.tsx';
import { KeyList } from './key-list.tsx';
import { PasswordReset } from './password-reset.tsx';
import { TwoFactor } from './two-factor.tsx';

const policy = accountInputSchema.shape.signIn.unwrap();
const PROTOCOLS = ['SFTP', 'FTPS', 'FTP'] as const;

const signInSchema = z.object({
  requireKey: z.boolean(),
  requireEncryption: z.boolean(),
  protocols: z.array(z.enum(PROTOCOLS)),
  /** One per line. */
  signIn: z.string(),
});

/** How the partner proves who it is, and from where and over what it may come. */
export function SignInTab({ account }: { readonly account: Account }): ReactElement {
  const { requireKey, requireEncryption, protocols, addresses } = account.signIn;
  const restricted = requireKey || requireEncryption || protocols.length > 0 || addresses.length > 0;
  return (
    <div className="flex max-w-form flex-col gap-8">
      <PasswordReset account={account} />
      <KeyList account={account} />
      <TwoFactor account={account} />
      <Disclosure title={partnersText.showAll} defaultOpen={restricted}>
        <AccountForm
          account={account}
          schema={signInSchema}
          values={{ requireKey, requireEncryption, protocols, signIn: addresses.join('\n') }}
          toInput={({ signIn, ...rest }) => ({
            signIn: policy.parse({
              // What this form does not show stays.
              ...account.signIn,
              ...rest,
              addresses: signIn
                .split('\n')
                .map((line) => line.trim())
                .filter((line) => line !== ''),
            }),
          })}
        >
          {(control) => (
            <>
              <Controller
                control={control}
                name="requireKey"
                render={({ field }) => (
                  <Switch
                    label={partnersText.requireKey}
                    help={partnersText.requireKeyHelp}
                    checked={field.value}
                    onChange={field.onChange}
                  />
                )}
              />
              <Controller
                control={control}
                name="requireEncryption"
                render={({ field }) => (
                  <Switch
                    label={partnersText.requireEncryption}
                    help={partnersText.requireEncryptionHelp}
                    checked={field.value}
                    onChange={field.onChange}
                  />
                )}
              />
              <Controller
                control={control}
                name="protocols"
                render={({ field }) => (
                  <fieldset className="flex flex-col gap-2">
                    <legend className="mb-1 font-medium">{partnersText.protocols}</legend>
                    {PROTOCOLS.map((protocol) => (
                      <Checkbox
                        key={protocol}
                        label={protocol}
                        checked={field.value.includes(protocol)}
                        onChange={(on) =>
                          field.onChange(on ? [...field.value, protocol] : field.value.filter((other) => other !== protocol))
                        }
                      />
                    ))}
                    <p className="text-sm text-muted">{partnersText.protocolsHelp}</p>
                  </fieldset>
                )}
              />
              <Controller
                control={control}
                name="signIn"
                render={({ field, fieldState }) => (
                  <Field label={partnersText.addresses} help={partnersText.addressesHelp} error={fieldState.error?.message} name="signIn">
                    <TextArea value={field.value} onChange={field.onChange} onBlur={field.onBlur} mono rows={3} />
                  </Field>
                )}
              />
            </>
          )}
        </AccountForm>
      </Disclosure>
    </div>
  );
}
