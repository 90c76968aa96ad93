import type { ReactElement } from 'react';
import { useConsole } from '../../stores/console.ts';
import { CheckSetting } from './fields.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';

/** What only a desktop can do; each where this one can. */
export function DesktopSection({ settings }: SectionProps): ReactElement {
  const { shell } = useConsole();
  return (
    <SettingsForm settings={settings} paths={SECTION_PATHS.desktop}>
      {shell.startAtSignIn !== null && <CheckSetting path="desktop.startAtSignIn" />}
      {shell.tray && <CheckSetting path="desktop.closeToTray" />}
      <CheckSetting path="desktop.preventSleep" />
    </SettingsForm>
  );
}
