import type { ReactElement } from 'react';
import { type Control, Controller, type FieldPathByValue } from 'react-hook-form';
import { z } from 'zod';
import { SIGN_IN_METHODS } from '../../../engine/contract/access.ts';
import type { Account } from '../../../engine/contract/account.ts';
import { partnersText } from '../../text/partners.ts';
import { Checkbox, Disclosure, Field, Switch, TextArea } from '../../ui/index.ts';
import { AccountForm } from './account-form.tsx';
import { KeyList } from './key-list.tsx';
import { PasswordReset } from './password-reset.tsx';
import { TwoFactor } from './two-factor.tsx';

const text = partnersText.policy;
const PROTOCOLS = ['SFTP', 'FTPS', 'FTP'] as const;

const policySchema = z.object({
  requireKey: z.boolean(),
  requirePasswordAndKey: z.boolean(),
  requireEncryption: z.boolean(),
  protocols: z.array(z.enum(PROTOCOLS)),
  deniedMethods: z.array(z.enum(SIGN_IN_METHODS)),
  /** One per line, as the other. */
  addresses: z.string(),
  deniedAddresses: z.string(),
  anonymous: z.boolean(),
});
type PolicyValues = z.infer<typeof policySchema>;

const SWITCHES = ['requireKey', 'requirePasswordAndKey', 'requireEncryption'] as const;

/** How the partner proves who it is, and from where and over what it may come. */
export function SignInTab({ account }: { readonly account: Account }): ReactElement {
  const { addresses, deniedAddresses, ...policy } = account.signIn;
  const values = { ...policy, addresses: addresses.join('\n'), deniedAddresses: deniedAddresses.join('\n') };
  const isRestricted = Object.values(values).some((value) => (typeof value === 'boolean' ? value : value.length > 0));
  return (
    <div className="flex max-w-form flex-col gap-8">
      <PasswordReset account={account} />
      <KeyList account={account} />
      <TwoFactor account={account} />
      <Disclosure title={partnersText.showAll} defaultOpen={isRestricted}>
        <AccountForm
          account={account}
          schema={policySchema}
          values={values}
          toInput={(given) => ({
            signIn: { ...given, addresses: linesOf(given.addresses), deniedAddresses: linesOf(given.deniedAddresses) },
          })}
        >
          {(control) => (
            <>
              {SWITCHES.map((name) => (
                <PolicySwitch key={name} control={control} name={name} />
              ))}
              <Choices control={control} name="protocols" options={PROTOCOLS} words={{ SFTP: 'SFTP', FTPS: 'FTPS', FTP: 'FTP' }} />
              <Choices control={control} name="deniedMethods" options={SIGN_IN_METHODS} words={text.methods} />
              <AddressLines control={control} name="addresses" />
              <AddressLines control={control} name="deniedAddresses" />
              <PolicySwitch control={control} name="anonymous" />
            </>
          )}
        </AccountForm>
      </Disclosure>
    </div>
  );
}

function linesOf(lines: string): string[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

type PartProps<Value> = {
  readonly control: Control<PolicyValues>;
  readonly name: FieldPathByValue<PolicyValues, Value> & keyof PolicyValues;
};

function PolicySwitch({ control, name }: PartProps<boolean>): ReactElement {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <div className="flex flex-col gap-1">
          <Switch label={text[name].label} help={text[name].help} checked={field.value} onChange={field.onChange} />
          <Problem message={fieldState.error?.message} />
        </div>
      )}
    />
  );
}

/** Several of a few. */
function Choices<Name extends 'protocols' | 'deniedMethods'>({
  control,
  name,
  options,
  words,
}: {
  readonly control: Control<PolicyValues>;
  readonly name: Name;
  readonly options: readonly PolicyValues[Name][number][];
  readonly words: Readonly<Record<PolicyValues[Name][number], string>>;
}): ReactElement {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => {
        const chosen = field.value as readonly PolicyValues[Name][number][];
        return (
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">{text[name].label}</legend>
            {options.map((option) => (
              <Checkbox
                key={option}
                label={words[option]}
                checked={chosen.includes(option)}
                onChange={(on) => field.onChange(on ? [...chosen, option] : chosen.filter((other) => other !== option))}
              />
            ))}
            <p className="text-sm text-muted">{text[name].help}</p>
            <Problem message={fieldState.error?.message} />
          </fieldset>
        );
      }}
    />
  );
}

function AddressLines({
  control,
  name,
}: {
  readonly control: Control<PolicyValues>;
  readonly name: 'addresses' | 'deniedAddresses';
}): ReactElement {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <Field label={text[name].label} help={text[name].help} error={fieldState.error?.message} name={name}>
          <TextArea value={field.value} onChange={field.onChange} onBlur={field.onBlur} mono rows={3} />
        </Field>
      )}
    />
  );
}

function Problem({ message }: { readonly message: string | undefined }): ReactElement | null {
  return message === undefined ? null : (
    <p role="alert" className="text-sm text-failure">
      {message}
    </p>
  );
}
