import type { ReactElement } from 'react';
import { type Control, Controller, type FieldPathByValue } from 'react-hook-form';
import { z } from 'zod';
import { SIGN_IN_METHODS } from '../../../engine/contract/access.ts';
import type { Account } from '../../../engine/contract/account.ts';
import { partnersText } from '../../text/partners.ts';
import { Disclosure } from '../../ui/index.ts';
import { AccountForm } from './account-form.tsx';
import { KeyList } from './key-list.tsx';
import { PasswordReset } from './password-reset.tsx';
import { linesOf, POLICY_PROTOCOLS, POLICY_SWITCHES, PolicyAddresses, PolicyChoices, PolicySwitch } from './policy-fields.tsx';
import { TwoFactor } from './two-factor.tsx';

const policySchema = z.object({
  requireKey: z.boolean(),
  requirePasswordAndKey: z.boolean(),
  requireEncryption: z.boolean(),
  protocols: z.array(z.enum(POLICY_PROTOCOLS)),
  deniedMethods: z.array(z.enum(SIGN_IN_METHODS)),
  /** One per line, as the other. */
  addresses: z.string(),
  deniedAddresses: z.string(),
  anonymous: z.boolean(),
});
type PolicyValues = z.infer<typeof policySchema>;

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
              {POLICY_SWITCHES.map((name) => (
                <SwitchField key={name} control={control} name={name} />
              ))}
              <ChoicesField control={control} name="protocols" />
              <ChoicesField control={control} name="deniedMethods" />
              <AddressesField control={control} name="addresses" />
              <AddressesField control={control} name="deniedAddresses" />
              <SwitchField control={control} name="anonymous" />
            </>
          )}
        </AccountForm>
      </Disclosure>
    </div>
  );
}

type PartProps<Value> = {
  readonly control: Control<PolicyValues>;
  readonly name: FieldPathByValue<PolicyValues, Value> & keyof PolicyValues;
};

function SwitchField({ control, name }: PartProps<boolean>): ReactElement {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <PolicySwitch name={name} value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
      )}
    />
  );
}

function ChoicesField({
  control,
  name,
}: {
  readonly control: Control<PolicyValues>;
  readonly name: 'protocols' | 'deniedMethods';
}): ReactElement {
  return (
    <Controller
      control={control}
      name={name}
      render={({ field, fieldState }) => (
        <PolicyChoices<string> name={name} value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
      )}
    />
  );
}

function AddressesField({
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
        <PolicyAddresses
          name={name}
          value={field.value}
          onChange={field.onChange}
          onBlur={field.onBlur}
          error={fieldState.error?.message}
        />
      )}
    />
  );
}
