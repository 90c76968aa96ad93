import { type ReactElement, useState } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { ChecksView, useChecks } from '../../forms/machine/checks.tsx';
import { WatchPanel } from '../../forms/machine/watch-panel.tsx';
import { routes } from '../../routes.ts';
import { settingsText, settingUnits } from '../../text/settings.ts';
import { Button, Disclosure, Link } from '../../ui/index.ts';
import { changeSetting } from './changes.ts';
import { CheckSetting, NumberSetting, SelectSetting, TextSetting } from './fields.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';

const text = settingsText.servers;

export function ServersSection({ settings }: SectionProps): ReactElement {
  const [checking, setChecking] = useState(false);
  return (
    <>
      <SettingsForm settings={settings} paths={SECTION_PATHS.servers}>
        <Part title={text.sftp}>
          <CheckSetting path="sftp.enabled" />
          <NumberSetting path="sftp.port" grouping={false} />
          <Disclosure title={text.advanced}>
            <TextSetting path="sftp.host" mono />
            <NumberSetting path="sftp.loginGraceSeconds" unit={settingUnits.seconds} />
            <NumberSetting path="sftp.maxAuthAttempts" />
            <NumberSetting path="sftp.maxConnections" />
            <CheckSetting path="sftp.compatibility" />
          </Disclosure>
        </Part>
        <Part title={text.ftp}>
          <CheckSetting path="ftp.enabled" />
          <CheckSetting path="ftp.requireTls" />
          <NumberSetting path="ftp.port" grouping={false} />
          <div className="flex flex-wrap gap-x-6 gap-y-4">
            <NumberSetting path="ftp.passiveFrom" grouping={false} />
            <NumberSetting path="ftp.passiveTo" grouping={false} />
          </div>
          <Disclosure title={text.advanced}>
            <TextSetting path="ftp.host" mono />
            <TextSetting path="ftp.publicAddress" mono />
            <NumberSetting path="ftp.implicitTlsPort" grouping={false} />
            <SelectSetting<Settings['ftp']['tlsSessionReuse']> path="ftp.tlsSessionReuse" options={text.sessionReuses} />
          </Disclosure>
        </Part>
        <Part title={text.reach}>
          <CheckSetting path="server.fromInternet" />
          <TextSetting path="server.publicName" inputMode="url" />
          <NumberSetting path="server.sessionsPerAddress" />
        </Part>
      </SettingsForm>
      <Part title={text.checks} help={text.checksHelp}>
        <div className="flex flex-wrap items-center gap-3">
          {!checking && <Button onClick={() => setChecking(true)}>{text.runChecks}</Button>}
          <Link href={routes.setup('check')}>{text.selfTest}</Link>
        </div>
        {checking && <NetworkChecks settings={settings} />}
      </Part>
      {settings.server.fromInternet && <WatchPanel />}
    </>
  );
}

/** Of the saved settings; a port that is offered instead goes into the form above. */
function NetworkChecks({ settings }: { readonly settings: Settings }): ReactElement {
  const { sftp, ftp, server } = settings;
  const sftpPort = sftp.enabled && sftp.port > 0 ? { sftp: sftp.port } : {};
  const ftpPort = ftp.enabled && ftp.port > 0 ? { ftp: ftp.port } : {};
  const implicitPort = ftp.enabled && ftp.implicitTlsPort > 0 ? { implicitTls: ftp.implicitTlsPort } : {};
  const passive = ftp.enabled ? { passive: { from: ftp.passiveFrom, to: ftp.passiveTo } } : {};
  const ports = useChecks('setup.checkPorts', { ...sftpPort, ...ftpPort, ...implicitPort, ...passive });
  const reach = useChecks('setup.checkReach', {
    fromInternet: server.fromInternet,
    publicName: server.publicName,
    ...sftpPort,
    ...ftpPort,
    ...implicitPort,
  });
  return (
    <>
      <h3 className="font-semibold">{text.ports}</h3>
      <ChecksView
        label={text.ports}
        checks={ports}
        onFix={({ id, fix }) => {
          if (fix?.id === 'use-port') {
            changeSetting(settings, id === 'sftp' ? 'sftp.port' : id === 'ftp' ? 'ftp.port' : 'ftp.implicitTlsPort', fix.value);
            return true;
          }
          if (fix?.id !== 'use-passive') return false;
          const { from, to } = fix.value as { readonly from: number; readonly to: number };
          changeSetting(settings, 'ftp.passiveFrom', from);
          changeSetting(settings, 'ftp.passiveTo', to);
          return true;
        }}
      />
      <h3 className="font-semibold">{text.reachRows}</h3>
      <ChecksView label={text.reachRows} checks={reach} onFix={({ fix }) => fix?.id === 'watch'} />
    </>
  );
}
