import type { ReactElement } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { type QuietHoursValue, QuietHours } from '../../forms/machine/quiet-hours.tsx';
import { TestNotice } from '../../forms/machine/test-notice.tsx';
import { settingsText } from '../../text/settings.ts';
import { Chip } from '../../ui/index.ts';
import { CheckSetting } from './fields.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm, useSettingsForm } from './settings-form.tsx';

const text = settingsText.notifications;

export function NotificationsSection({ settings }: SectionProps): ReactElement {
  return (
    <>
      <SettingsForm settings={settings} paths={SECTION_PATHS.notifications}>
        <div className="flex flex-col gap-4">
          <CheckSetting path="notifications.newFiles" />
          <CheckSetting path="notifications.failedRules" />
          <CheckSetting path="notifications.hideNames" />
        </div>
        <QuietHoursSetting />
        <CheckSetting path="notifications.actIgnoresQuietHours" />
        <Mutes />
      </SettingsForm>
      <Part title={text.test}>
        <TestNotice />
      </Part>
    </>
  );
}

function QuietHoursSetting(): ReactElement {
  const { value, change, error } = useSettingsForm();
  const path = 'notifications.quietHours';
  // Only this control writes it, and its saved form is the schema's.
  return <QuietHours value={value(path) as QuietHoursValue} onChange={(next) => change(path, next)} error={error(path)} />;
}

type Mute = Settings['notifications']['mutes'][number];

function Mutes(): ReactElement {
  const { value, change } = useSettingsForm();
  const path = 'notifications.mutes';
  const mutes = value(path) as readonly Mute[];
  return (
    <Part title={text.mutes}>
      {mutes.length === 0 ? (
        <p className="text-muted">{text.noMutes}</p>
      ) : (
        <ul className="flex flex-wrap gap-2">
          {mutes.map((mute) => (
            <li key={JSON.stringify(mute)}>
              <Chip
                value={muteWords(mute)}
                onRemove={() =>
                  change(
                    path,
                    mutes.filter((other) => other !== mute),
                  )
                }
              />
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function muteWords({ username, folder, ruleId }: Mute): string {
  return text.mute([
    ...(username === undefined ? [] : [text.mutePartner(username)]),
    ...(folder === undefined ? [] : [text.muteFolder(folder)]),
    ...(ruleId === undefined ? [] : [text.muteRule(ruleId)]),
  ]);
}
