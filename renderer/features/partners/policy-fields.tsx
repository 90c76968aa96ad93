import type { ReactElement } from 'react';
import { SIGN_IN_METHODS } from '../../../engine/contract/access.ts';
import { partnersText } from '../../text/partners.ts';
import { Checkbox, Field, Switch, TextArea } from '../../ui/index.ts';

/** The parts of a sign-in policy, for a partner and for a group. */

const text = partnersText.policy;

export const POLICY_SWITCHES = ['requireKey', 'requirePasswordAndKey', 'requireEncryption'] as const;
export const POLICY_PROTOCOLS = ['SFTP', 'FTPS', 'FTP'] as const;

const CHOICES = {
  protocols: { options: POLICY_PROTOCOLS, words: { SFTP: 'SFTP', FTPS: 'FTPS', FTP: 'FTP' } },
  deniedMethods: { options: SIGN_IN_METHODS, words: text.methods },
} as const;

type PartProps<Name extends string, Value> = {
  readonly name: Name;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly error: string | undefined;
};

export function PolicySwitch({
  name,
  value,
  onChange,
  error,
}: PartProps<(typeof POLICY_SWITCHES)[number] | 'anonymous', boolean>): ReactElement {
  return (
    <div className="flex flex-col gap-1">
      <Switch label={text[name].label} help={text[name].help} checked={value} onChange={onChange} />
      <Problem message={error} />
    </div>
  );
}

/** Several of a few. */
export function PolicyChoices<Option extends string>({
  name,
  value,
  onChange,
  error,
}: PartProps<keyof typeof CHOICES, readonly Option[]>): ReactElement {
  const { options, words } = CHOICES[name] as unknown as {
    readonly options: readonly Option[];
    readonly words: Readonly<Record<Option, string>>;
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{text[name].label}</legend>
      {options.map((option) => (
        <Checkbox
          key={option}
          label={words[option]}
          checked={value.includes(option)}
          onChange={(on) => onChange(on ? [...value, option] : value.filter((other) => other !== option))}
        />
      ))}
      <p className="text-sm text-muted">{text[name].help}</p>
      <Problem message={error} />
    </fieldset>
  );
}

/** Addresses and networks, one per line. */
export function PolicyAddresses({
  name,
  value,
  onChange,
  onBlur,
  error,
}: PartProps<'addresses' | 'deniedAddresses', string> & { readonly onBlur?: () => void }): ReactElement {
  return (
    <Field label={text[name].label} help={text[name].help} error={error} name={name}>
      <TextArea value={value} onChange={onChange} onBlur={onBlur} mono rows={3} />
    </Field>
  );
}

export function linesOf(lines: string): string[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function Problem({ message }: { readonly message: string | undefined }): ReactElement | null {
  return message === undefined ? null : (
    <p role="alert" className="text-sm text-failure">
      {message}
    </p>
  );
}
