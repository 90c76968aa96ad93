import type { ReactElement } from 'react';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { settingsText } from '../../text/settings.ts';
import { setupText } from '../../text/setup.ts';
import { ErrorState, Link, SegmentedControl } from '../../ui/index.ts';
import { CheckSetting, TextSetting } from './fields.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm } from './settings-form.tsx';

const text = settingsText.general;
const THEMES = ['system', 'light', 'dark'] as const;
/** Steps of the set-up that make sense later, too. */
const STEPS = ['folder', 'protocols', 'identity', 'reach', 'alerts', 'check'] as const;

export function GeneralSection({ settings }: SectionProps): ReactElement {
  return (
    <>
      <SettingsForm settings={settings} paths={SECTION_PATHS.general}>
        <TextSetting path="server.name" />
        <CheckSetting path="rules.reverse" />
      </SettingsForm>
      <Theme />
      <Part title={text.setup} help={text.setupHelp}>
        <ul className="flex flex-col gap-1">
          {STEPS.map((step) => (
            <li key={step} className="flex min-h-6 items-center">
              <Link href={routes.setup(step)}>{setupText.steps[step]}</Link>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

/** Kept for the person, not for the office, and applied at once. */
function Theme(): ReactElement {
  const preferences = useQuery('console.preferences', {});
  const save = useCommand('console.savePreferences', ['console.preferences']);
  const chosen = THEMES.find((theme) => theme === preferences.data?.['theme']) ?? 'system';
  return (
    <Part title={text.theme}>
      <div>
        <SegmentedControl
          label={text.theme}
          value={chosen}
          onChange={(theme) => void save.run({ theme: theme === 'system' ? null : theme })}
          segments={THEMES.map((theme) => ({ value: theme, label: text.themes[theme] }))}
        />
      </div>
      {save.error !== undefined && <ErrorState title={text.themeFailed} error={save.error} />}
    </Part>
  );
}
