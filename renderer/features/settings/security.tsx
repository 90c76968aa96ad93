import type { ReactElement } from 'react';
import { Certificate } from '../../forms/machine/certificate.tsx';
import { HostKeys } from '../../forms/machine/host-keys.tsx';
import { defenceText } from '../../text/defence.ts';
import { settingsText, settingUnits } from '../../text/settings.ts';
import { Acme } from './acme.tsx';
import { AddressLists } from './address-lists.tsx';
import { BlockedAddresses } from './blocked-addresses.tsx';
import { ConsolePassword } from './console-password.tsx';
import { CheckSetting, NumberSetting } from './fields.tsx';
import { OffenceScores } from './offence-scores.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { DEFENDER_PATHS, MACHINE_PATHS, PASSWORD_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { TextListSetting } from './text-list-setting.tsx';
import { Tokens } from './tokens.tsx';

const text = settingsText.security;

export function SecuritySection({ settings }: SectionProps): ReactElement {
  const { calls } = useRights();
  const isNamed = typeof useQuery('console.session', {}).data?.name === 'string';
  return (
    <>
      <Part title={text.hostKeys} help={text.hostKeysHelp}>
        <HostKeys />
      </Part>
      <Part title={text.certificate}>
        <Certificate />
      </Part>
      <Part title={settingsText.acme.title} help={settingsText.acme.help}>
        <Acme settings={settings} />
      </Part>
      <Part title={defenceText.title} help={defenceText.help}>
        <BlockedAddresses />
      </Part>
      <Part title={defenceText.lists.title} help={defenceText.lists.help}>
        <AddressLists />
      </Part>
      <Part title={defenceText.rules.title} help={defenceText.rules.help}>
        <SettingsForm settings={settings} paths={DEFENDER_PATHS}>
          <CheckSetting path="defender.enabled" />
          <CheckSetting path="defender.spareLan" />
          <NumberSetting path="defender.threshold" unit={defenceText.rules.points} />
          <NumberSetting path="defender.observationMinutes" unit={defenceText.rules.minutes} />
          <NumberSetting path="defender.banMinutes" unit={defenceText.rules.minutes} />
          <NumberSetting path="defender.growthPercent" unit="%" />
          <OffenceScores />
          <NumberSetting path="defender.mostStrangers" />
          <NumberSetting path="defender.mostStrangersPerAddress" />
        </SettingsForm>
      </Part>
      <Part title={text.passwords} help={text.passwordsHelp}>
        <SettingsForm settings={settings} paths={PASSWORD_PATHS}>
          <NumberSetting path="passwords.minimumLength" unit={text.characters} />
          <NumberSetting path="passwords.minimumBits" unit={text.bits} />
          <NumberSetting path="passwords.expireDays" unit={settingUnits.days} />
        </SettingsForm>
      </Part>
      <Part title={text.rules} help={text.rulesHelp}>
        <SettingsForm settings={settings} paths={MACHINE_PATHS}>
          <TextListSetting path="commands.allowed" longest={4096} />
          <CheckSetting path="outbound.allowLoopback" />
          <CheckSetting path="outbound.allowPrivate" />
        </SettingsForm>
      </Part>
      {calls('tokens.list') && (
        <Part title={text.tokens} help={text.tokensHelp}>
          <Tokens />
        </Part>
      )}
      {!isNamed && (
        <Part title={text.password} help={text.passwordHelp}>
          <ConsolePassword />
        </Part>
      )}
    </>
  );
}
