import type { ReactElement } from 'react';
import { useLive } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { adminsText as text } from '../../text/admins.ts';
import { settingUnits } from '../../text/settings.ts';
import { Notice, Status } from '../../ui/index.ts';
import { AdminsList } from './admins-list.tsx';
import { ConsolePassword } from './console-password.tsx';
import { CheckSetting, NumberSetting, TextSetting } from './fields.tsx';
import { IdentityProvider } from './identity-provider.tsx';
import { OwnTwoFactor } from './own-two-factor.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { REACH_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';

/** Who uses the console: the administrators, from where they reach it, and the sign-in of whoever looks. */
export function AdminsSection({ settings }: SectionProps): ReactElement {
  const { calls } = useRights();
  const name = useQuery('console.session', {}).data?.name ?? null;
  return (
    <>
      {calls('admins.list') && (
        <Part title={text.people} help={text.peopleHelp}>
          <AdminsList />
        </Part>
      )}
      <Part title={text.reach} help={text.reachHelp}>
        <Reach />
        <SettingsForm settings={settings} paths={REACH_PATHS}>
          <CheckSetting path="console.enabled" />
          <div className="grid gap-4 sm:grid-cols-[8rem_1fr]">
            <NumberSetting path="console.port" grouping={false} />
            <TextSetting path="console.host" mono />
          </div>
          <NumberSetting path="console.idleMinutes" unit={settingUnits.minutes} />
          <NumberSetting path="console.longestHours" unit={settingUnits.hours} />
        </SettingsForm>
      </Part>
      <Part title={text.identity} help={text.identityHelp}>
        <IdentityProvider settings={settings} />
      </Part>
      {name !== null && (
        <Part title={text.own} help={text.ownHelp(name)}>
          <ConsolePassword />
          <OwnTwoFactor />
        </Part>
      )}
    </>
  );
}

/** Whether other machines really reach the console now. */
function Reach(): ReactElement | null {
  const listener = useLive((live) => live.status?.listeners.console);
  if (listener === undefined) return null;
  if (listener.state === 'failed') return <Notice kind="failure">{listener.error}</Notice>;
  return listener.state === 'listening' ? (
    <Status kind="ok">{text.reached(String(listener.port))}</Status>
  ) : (
    <Status kind="paused">{text.notReached}</Status>
  );
}
