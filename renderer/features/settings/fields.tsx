import type { ReactElement, ReactNode } from 'react';
import { StoredSecretInput } from '../../forms/stored-secret-input.tsx';
import { settingFields } from '../../text/settings.ts';
import { Checkbox, Field, NumberInput, Select, SizeInput, TextArea, TextInput } from '../../ui/index.ts';
import type { PathOf, SettingPath } from './setting-paths.ts';
import { useSettingsForm } from './settings-form.tsx';

/** One control per kind of setting; label, help, value and error follow from its path. */

type Words = { readonly label: string; readonly help?: string };
const words = (path: SettingPath): Words => settingFields[path];

/** Any control of the kit for a setting, with its label, help and error. */
export function Setting({ path, children }: { readonly path: SettingPath; readonly children: ReactNode }): ReactElement {
  const { error } = useSettingsForm();
  const { label, help } = words(path);
  return (
    <div data-field={path}>
      <Field label={label} help={help} error={error(path)}>
        {children}
      </Field>
    </div>
  );
}

type TextSettingProps = {
  readonly path: PathOf<string>;
  readonly mono?: boolean;
  readonly inputMode?: 'email' | 'url';
  readonly placeholder?: string;
};

export function TextSetting({ path, ...rest }: TextSettingProps): ReactElement {
  const { value, change } = useSettingsForm();
  return (
    <Setting path={path}>
      <TextInput {...rest} value={String(value(path))} onChange={(text) => change(path, text)} />
    </Setting>
  );
}

/** Text of several lines, such as a certificate. */
export function TextAreaSetting({ path }: { readonly path: PathOf<string> }): ReactElement {
  const { value, change } = useSettingsForm();
  return (
    <Setting path={path}>
      <TextArea mono rows={4} value={String(value(path))} onChange={(text) => change(path, text)} />
    </Setting>
  );
}

type NumberSettingProps = { readonly path: PathOf<number>; readonly unit?: string; readonly grouping?: boolean };

export function NumberSetting({ path, unit, grouping = true }: NumberSettingProps): ReactElement {
  const { value, change } = useSettingsForm();
  const number = value(path);
  return (
    <Setting path={path}>
      <NumberInput
        value={typeof number === 'number' ? number : null}
        onChange={(next) => change(path, next)}
        unit={unit}
        grouping={grouping}
      />
    </Setting>
  );
}

export function SizeSetting({ path }: { readonly path: PathOf<number> }): ReactElement {
  const { value, change, report } = useSettingsForm();
  const bytes = value(path);
  return (
    <Setting path={path}>
      <SizeInput
        value={typeof bytes === 'number' ? bytes : null}
        onChange={(next) => change(path, next)}
        onProblem={(problem) => report(path, problem)}
      />
    </Setting>
  );
}

export function CheckSetting({ path, disabled = false }: { readonly path: PathOf<boolean>; readonly disabled?: boolean }): ReactElement {
  const { value, change } = useSettingsForm();
  const { label, help } = words(path);
  return (
    <div data-field={path}>
      <Checkbox label={label} help={help} checked={value(path) === true} disabled={disabled} onChange={(on) => change(path, on)} />
    </div>
  );
}

type SelectSettingProps<Value extends string> = {
  readonly path: PathOf<Value>;
  /** Words by value, in their order. */
  readonly options: Readonly<Record<Value, string>>;
};

export function SelectSetting<Value extends string>({ path, options }: SelectSettingProps<Value>): ReactElement {
  const { value, change } = useSettingsForm();
  const values = Object.keys(options) as Value[];
  return (
    <Setting path={path}>
      <Select
        options={values.map((option) => ({ value: option, label: options[option] }))}
        value={values.find((option) => option === value(path)) ?? null}
        onChange={(next) => change(path, next)}
      />
    </Setting>
  );
}

export function SecretSetting({
  path,
}: {
  readonly path: 'mail.password' | 'mail.oauthClientSecret' | 'mail.oauthRefreshToken' | 'identity.clientSecret';
}): ReactElement {
  const { value, change } = useSettingsForm();
  return (
    <Setting path={path}>
      <StoredSecretInput value={value(path)} onChange={(next) => change(path, next)} onBlur={() => undefined} />
    </Setting>
  );
}
