import { type ReactElement, useState } from 'react';
import type { Role } from '../../../engine/contract/group.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { ErrorState, Field, FormDialog, TextInput } from '../../ui/index.ts';

/** Makes a role or changes its description. */
export function RoleDialog({ role, onClose }: { readonly role: Role | undefined; readonly onClose: () => void }): ReactElement {
  const save = useCommand('roles.save', ['roles.']);
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const { error } = save;

  async function submit(): Promise<void> {
    if ((await save.run({ name, description })) !== undefined) onClose();
  }

  return (
    <FormDialog
      title={role === undefined ? groupsText.addRole : role.name}
      onClose={onClose}
      submit={groupsText.save}
      busy={save.busy}
      onSubmit={() => void submit()}
    >
      {error !== undefined && error.field !== 'name' && <ErrorState title={groupsText.failed} error={error} />}
      {role === undefined && (
        <Field label={groupsText.name} help={groupsText.nameHelp} error={error?.field === 'name' ? fieldWords(error) : undefined}>
          <TextInput value={name} onChange={setName} maxLength={255} />
        </Field>
      )}
      <Field label={groupsText.columns.description}>
        <TextInput value={description} onChange={setDescription} maxLength={1024} />
      </Field>
    </FormDialog>
  );
}
