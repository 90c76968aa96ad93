import type { ReactElement } from 'react';
import { ListControl } from '../../forms/list-control.tsx';
import { formsText } from '../../text/forms.ts';
import { settingFields } from '../../text/settings.ts';
import { TextInput } from '../../ui/index.ts';
import type { PathOf } from './setting-paths.ts';
import { useSettingsForm } from './settings-form.tsx';

type TextListSettingProps = {
  readonly path: PathOf<string[]>;
  /** Characters that an item may have. */
  readonly longest: number;
};

/** Short texts, one to a line, such as paths or names. */
export function TextListSetting({ path, longest }: TextListSettingProps): ReactElement {
  const { value, change, error } = useSettingsForm();
  const { label, help } = settingFields[path];
  return (
    <ListControl
      title={label}
      help={help}
      path={path}
      error={error(path)}
      items={value(path) as readonly string[]}
      onChange={(items) => change(path, items)}
      grouped={false}
      makeItem={() => ''}
      renderItem={(item, index, set) => (
        <TextInput mono aria-label={formsText.item(label, index + 1)} value={String(item)} onChange={set} maxLength={longest} />
      )}
    />
  );
}
