import { type ReactElement, useState } from 'react';
import type { Folder } from '../../../engine/contract/folder.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { useCommand } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { ErrorState, Field, FormDialog, SizeInput, TextInput } from '../../ui/index.ts';

const FIELDS = ['name', 'path', 'description', 'quotaBytes'];

/** Makes or changes a shared folder. */
export function FolderDialog({ folder, onClose }: { readonly folder: Folder | undefined; readonly onClose: () => void }): ReactElement {
  const save = useCommand('folders.save', ['folders.', 'accounts.']);
  const [name, setName] = useState(folder?.name ?? '');
  const [path, setPath] = useState(folder?.path ?? '');
  const [description, setDescription] = useState(folder?.description ?? '');
  const [quotaBytes, setQuotaBytes] = useState(folder?.quotaBytes ?? 0);
  const [problem, setProblem] = useState<string>();
  const errorAt = (field: string): string | undefined => (save.error?.field === field ? fieldWords(save.error) : undefined);

  async function submit(): Promise<void> {
    if ((await save.run({ name, path, description, quotaBytes })) !== undefined) onClose();
  }

  return (
    <FormDialog
      title={folder === undefined ? groupsText.addFolder : folder.name}
      onClose={onClose}
      submit={groupsText.save}
      busy={save.busy}
      onSubmit={() => {
        if (problem === undefined) void submit();
      }}
    >
      {save.error !== undefined && !FIELDS.includes(save.error.field ?? '') && <ErrorState title={groupsText.failed} error={save.error} />}
      {folder === undefined && (
        <Field label={groupsText.name} help={groupsText.nameHelp} error={errorAt('name')}>
          <TextInput value={name} onChange={setName} maxLength={255} />
        </Field>
      )}
      <Field label={groupsText.place} help={groupsText.placeHelp} error={errorAt('path')}>
        <TextInput mono value={path} onChange={setPath} maxLength={4096} />
      </Field>
      <Field label={groupsText.columns.description} error={errorAt('description')}>
        <TextInput value={description} onChange={setDescription} maxLength={1024} />
      </Field>
      <Field label={groupsText.storage} help={groupsText.folderStorageHelp} error={problem ?? errorAt('quotaBytes')}>
        <SizeInput value={quotaBytes === 0 ? null : quotaBytes} onChange={(next) => setQuotaBytes(next ?? 0)} onProblem={setProblem} />
      </Field>
    </FormDialog>
  );
}
