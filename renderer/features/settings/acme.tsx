import { BadgeCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { settingsText, settingUnits } from '../../text/settings.ts';
import { Button, Disclosure, ErrorState, Notice, Skeleton, Status, Time } from '../../ui/index.ts';
import { CheckSetting, NumberSetting, TextAreaSetting, TextSetting } from './fields.tsx';
import type { SectionProps } from './section-props.ts';
import { ACME_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';
import { TextListSetting } from './text-list-setting.tsx';

const text = settingsText.acme;

/** Certificates from an authority: how it goes, and what it needs to know. */
export function Acme({ settings }: SectionProps): ReactElement {
  return (
    <>
      <AcmeStateView />
      <SettingsForm settings={settings} paths={ACME_PATHS}>
        <CheckSetting path="acme.enabled" />
        <CheckSetting path="acme.termsAgreed" />
        <TextListSetting path="acme.domains" longest={253} />
        <TextSetting path="acme.email" inputMode="email" />
        <NumberSetting path="acme.challengePort" grouping={false} />
        <Disclosure title={settingsText.servers.advanced}>
          <TextSetting path="acme.challengeHost" mono />
          <NumberSetting path="acme.renewDays" unit={settingUnits.days} />
          <TextSetting path="acme.directoryUrl" inputMode="url" mono />
          <TextAreaSetting path="acme.directoryCa" />
        </Disclosure>
      </SettingsForm>
    </>
  );
}

function AcmeStateView(): ReactElement {
  const found = useQuery('certificate.acme', {});
  const { calls } = useRights();
  const order = useCommand('certificate.order', ['certificate.']);
  const state = found.data;
  if (state === undefined)
    return found.error === undefined ? (
      <Skeleton rows={1} />
    ) : (
      <ErrorState title={text.cannotRead} error={found.error} onRetry={found.reload} />
    );
  if (!state.enabled) return <Status kind="paused">{text.off}</Status>;
  return (
    <div className="flex flex-col gap-3">
      {state.error !== null && (
        <Notice kind="failure">
          {state.error}
          {state.nextAttemptAt !== null && (
            <>
              {' '}
              {text.again} <Time at={state.nextAttemptAt} show="date-time" />.
            </>
          )}
        </Notice>
      )}
      {order.error !== undefined && order.error.message !== state.error && <ErrorState title={text.failed} error={order.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Status kind={state.fetched ? 'ok' : 'notice'}>
          {state.ordering ? text.ordering : state.fetched ? text.fetched : text.waiting}
        </Status>
        {calls('certificate.order') && (
          <Button icon={BadgeCheck} busy={order.busy || state.ordering} onClick={() => void order.run({})}>
            {text.order}
          </Button>
        )}
      </div>
    </div>
  );
}
