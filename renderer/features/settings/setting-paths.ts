import type { Settings, SettingsSection } from '../../../engine/contract/settings.ts';
import type { settingFields } from '../../text/settings.ts';

/** A setting by section and key, such as `sftp.port`; those that a form shows have words in the catalogue. */
export type SettingPath = Extract<AllPaths, keyof typeof settingFields>;

type AllPaths = { [S in SettingsSection]: `${S}.${Extract<keyof Settings[S], string>}` }[SettingsSection];

/** The type of the setting at a path. */
export type SettingValue<P extends SettingPath> = P extends `${infer S extends SettingsSection}.${infer K}`
  ? K extends keyof Settings[S]
    ? Settings[S][K]
    : never
  : never;

/** Paths of settings that hold a `V`. */
export type PathOf<V> = { [P in SettingPath]: [SettingValue<P>] extends [V] ? P : never }[SettingPath];

/** Settings that were changed and not saved yet, by path. Fields that are half filled in hold what no setting may. */
export type Changes = Readonly<Partial<Record<SettingPath, unknown>>>;

/** The value in the settings. */
export function settingAt(settings: Settings, path: SettingPath): unknown {
  const [section = '', key = ''] = path.split('.');
  return (settings as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[section]?.[key];
}

/** Changes as `settings.save` takes them: `{sftp: {port: 2222}}`. */
export function bySection(changes: Changes): Record<string, Record<string, unknown>> {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const [path, value] of Object.entries(changes)) {
    const [section = '', key = ''] = path.split('.');
    sections[section] = { ...sections[section], [key]: value };
  }
  return sections;
}
