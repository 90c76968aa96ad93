import type { ReactElement } from 'react';
import type { Settings } from '../../../engine/contract/settings.ts';
import { ChecksView, useChecks } from '../../forms/machine/checks.tsx';
import { FolderInput } from '../../forms/machine/folder-input.tsx';
import { useLive } from '../../stores/console.ts';
import { formatBytes } from '../../text/format.ts';
import { settingsText, settingUnits } from '../../text/settings.ts';
import { Disclosure } from '../../ui/index.ts';
import { CheckSetting, NumberSetting, SelectSetting, Setting, SizeSetting } from './fields.tsx';
import { TextListSetting } from './text-list-setting.tsx';
import { HistorySettings } from './history.tsx';
import { Part } from './part.tsx';
import type { SectionProps } from './section-props.ts';
import { SECTION_PATHS } from './sections.ts';
import { SettingsForm, useSettingsForm } from './settings-form.tsx';

const text = settingsText.storage;

export function StorageSection({ settings }: SectionProps): ReactElement {
  return (
    <SettingsForm settings={settings} paths={SECTION_PATHS.storage}>
      <Part title={text.exchange}>
        <ExchangeFolder saved={settings.exchange.folder} />
      </Part>
      <Part title={text.uploads}>
        <NumberSetting path="uploads.keepPartialDays" unit={settingUnits.days} />
        <Disclosure>
          <NumberSetting path="uploads.batchPauseSeconds" unit={settingUnits.seconds} />
          <TextListSetting path="uploads.temporarySuffixes" longest={31} />
          <NumberSetting path="uploads.renameWaitSeconds" unit={settingUnits.seconds} />
          <SizeSetting path="uploads.copyLimitBytes" />
          <SelectSetting<Settings['uploads']['durability']> path="uploads.durability" options={text.durabilities} />
        </Disclosure>
      </Part>
      <Part title={text.log}>
        <HistorySettings />
      </Part>
      <Part title={text.archives} help={text.archivesHelp}>
        <NumberSetting path="archives.mostEntries" />
        <SizeSetting path="archives.mostBytes" />
        <NumberSetting path="archives.mostRatio" unit={settingUnits.times} />
      </Part>
      <Part title={text.rules}>
        <NumberSetting path="rules.workers" />
        <NumberSetting path="rules.syncSeconds" unit={settingUnits.seconds} />
        <SelectSetting<Settings['rules']['syncTimeout']> path="rules.syncTimeout" options={text.syncTimeouts} />
        <CheckSetting path="rules.asynchronous" />
      </Part>
    </SettingsForm>
  );
}

/** Another folder is tried as soon as it is chosen. */
function ExchangeFolder({ saved }: { readonly saved: string }): ReactElement {
  const { value, change } = useSettingsForm();
  const status = useLive((live) => live.status);
  const disk = status?.disk ?? null;
  const folder = String(value('exchange.folder'));
  const isOther = folder !== saved && folder !== '';
  const checks = useChecks('setup.checkFolder', isOther ? { path: folder } : undefined);
  return (
    <>
      <Setting path="exchange.folder">
        <FolderInput value={folder} placeholder={status?.exchangeFolder} onChange={(path) => change('exchange.folder', path)} />
      </Setting>
      {isOther && <ChecksView label={text.checks} checks={checks} />}
      {!isOther && disk !== null && <p className="text-muted">{text.free(formatBytes(disk.freeBytes), formatBytes(disk.totalBytes))}</p>}
    </>
  );
}
