import type { ReactElement } from 'react';
import { Certificate } from '../../forms/machine/certificate.tsx';
import { HostKeys } from '../../forms/machine/host-keys.tsx';
import { settingsText } from '../../text/settings.ts';
import { AllowedPrograms } from './allowed-programs.tsx';
import { ConsolePassword } from './console-password.tsx';
import { CheckSetting } from './fields.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';
import { Tokens } from './tokens.tsx';

const text = settingsText.security;

export function SecuritySection({ settings }: SectionProps): ReactElement {
  return (
    <>
      <Part title={text.hostKeys} help={text.hostKeysHelp}>
        <HostKeys />
      </Part>
      <Part title={text.certificate}>
        <Certificate />
      </Part>
      <Part title={text.rules} help={text.rulesHelp}>
        <SettingsForm settings={settings} paths={SECTION_PATHS.security}>
          <AllowedPrograms />
          <CheckSetting path="outbound.allowLoopback" />
          <CheckSetting path="outbound.allowPrivate" />
        </SettingsForm>
      </Part>
      <Part title={text.tokens} help={text.tokensHelp}>
        <Tokens />
      </Part>
      <Part title={text.password} help={text.passwordHelp}>
        <ConsolePassword />
      </Part>
    </>
  );
}
