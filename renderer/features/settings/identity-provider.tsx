import type { ReactElement } from 'react';
import { ListControl } from '../../forms/list-control.tsx';
import { useConsole } from '../../stores/console.ts';
import { adminsText as text } from '../../text/admins.ts';
import { formsText } from '../../text/forms.ts';
import { settingFields } from '../../text/settings.ts';
import { CopyText, TextInput } from '../../ui/index.ts';
import { CheckSetting, SecretSetting, TextSetting } from './fields.tsx';
import type { SectionProps } from './section-props.ts';
import { IDENTITY_PATHS } from './sections.ts';
import { SettingsForm, useSettingsForm } from './settings-form.tsx';

/** Where people sign in who have their accounts elsewhere. */
export function IdentityProvider({ settings }: SectionProps): ReactElement {
  const { door } = useConsole().client.transport;
  return (
    <SettingsForm settings={settings} paths={IDENTITY_PATHS}>
      <CheckSetting path="identity.enabled" />
      <TextSetting path="identity.issuer" mono inputMode="url" />
      <TextSetting path="identity.name" />
      <TextSetting path="identity.clientId" mono />
      <SecretSetting path="identity.clientSecret" />
      {door !== null && (
        <div className="flex flex-col gap-2">
          <p className="text-muted">{text.identityRedirect}</p>
          <CopyText text={`${location.origin}/`} name={text.identityRedirectName} />
        </div>
      )}
      <TextSetting path="identity.nameClaim" mono />
      <TextSetting path="identity.roleClaim" mono />
      <Roles />
    </SettingsForm>
  );
}

const ROLES = 'identity.adminRoles';

function Roles(): ReactElement {
  const { value, change, error } = useSettingsForm();
  const { label, help } = settingFields[ROLES];
  return (
    <ListControl
      title={label}
      help={help}
      path={ROLES}
      error={error(ROLES)}
      items={value(ROLES) as readonly string[]}
      onChange={(items) => change(ROLES, items)}
      grouped={false}
      makeItem={() => ''}
      renderItem={(item, index, set) => (
        <TextInput mono aria-label={formsText.item(label, index + 1)} value={String(item)} onChange={set} maxLength={255} />
      )}
    />
  );
}
