import { createStore, useStore } from 'zustand';
import type { Settings } from '../../../engine/contract/settings.ts';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { plainIssue } from '../../forms/issue-text.ts';
import { bySection, type Changes, settingAt, type SettingPath } from './setting-paths.ts';

/**
 * What was changed on the settings' pages and not saved yet. A form is the saved settings with these on top: leaving a page loses
 * nothing, and a setting that is changed elsewhere meanwhile shows through.
 */
const store = createStore<{ readonly changes: Changes }>(() => ({ changes: {} }));

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

// Only a closing page loses changes, so only then the browser asks; it may do so while another section is in sight.
store.subscribe(({ changes }) => {
  if (Object.keys(changes).length > 0) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
});

export function useChanges(): Changes {
  return useStore(store, ({ changes }) => changes);
}

/** Remembers a change; one back to the saved value is none. */
export function changeSetting(settings: Settings, path: SettingPath, value: unknown): void {
  if (JSON.stringify(settingAt(settings, path)) === JSON.stringify(value)) forgetChanges([path]);
  else store.setState(({ changes }) => ({ changes: { ...changes, [path]: value } }));
}

export function forgetChanges(paths: readonly SettingPath[]): void {
  store.setState(({ changes }) => ({ changes: without(changes, paths) }));
}

function without(changes: Changes, paths: readonly SettingPath[]): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([path]) => !paths.some((other) => other === path)));
}

/** The changes to these settings. */
export function changesOf(changes: Changes, paths: readonly SettingPath[]): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([path]) => paths.some((other) => other === path)));
}

/** What is wrong with the changed settings, in words, by path. Problems of settings that were not changed are none of this form's. */
export function problemsOf(settings: Settings, changes: Changes): ReadonlyMap<SettingPath, string> {
  const merged: Record<string, unknown> = { ...settings };
  for (const [section, values] of Object.entries(bySection(changes)))
    merged[section] = { ...settings[section as keyof Settings], ...values };
  const parsed = settingsSchema.safeParse(merged, { error: plainIssue });
  const problems = new Map<SettingPath, string>();
  for (const { path, message } of parsed.error?.issues ?? []) {
    const at = path.slice(0, 2).map(String).join('.') as SettingPath;
    const isOurs = at in changes || Object.keys(changes).some((changed) => changed.split('.')[0] === path[0]);
    if (isOurs && !problems.has(at)) problems.set(at, message);
  }
  return problems;
}
