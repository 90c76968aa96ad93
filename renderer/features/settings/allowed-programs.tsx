import type { ReactElement } from 'react';
import { ListControl } from '../../forms/list-control.tsx';
import { formsText } from '../../text/forms.ts';
import { settingFields } from '../../text/settings.ts';
import { TextInput } from '../../ui/index.ts';
import { useSettingsForm } from './settings-form.tsx';

const PATH = 'commands.allowed';

/** The programs that rules may start, one path to a line. */
export function AllowedPrograms(): ReactElement {
  const { value, change, error } = useSettingsForm();
  const { label, help } = settingFields[PATH];
  return (
    <ListControl
      title={label}
      help={help}
      path={PATH}
      error={error(PATH)}
      items={value(PATH) as readonly string[]}
      onChange={(items) => change(PATH, items)}
      grouped={false}
      makeItem={() => ''}
      renderItem={(item, index, set) => (
        <TextInput mono aria-label={formsText.item(label, index + 1)} value={String(item)} onChange={set} maxLength={4096} />
      )}
    />
  );
}
