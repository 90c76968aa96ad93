import { type ReactElement, useState } from 'react';
import type { Folder } from '../../../engine/contract/folder.ts';
import { type SftpServer, sftpServerSchema } from '../../../engine/contract/remote-server.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { initialValues } from '../../forms/schema-fields.ts';
import { useCommand } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { ErrorState, Field, FormDialog, SegmentedControl, SizeInput, TextInput } from '../../ui/index.ts';
import { FolderServer } from './folder-server.tsx';

const FIELDS = ['name', 'path', 'description', 'quotaBytes'];

type Where = keyof typeof groupsText.places;

const PLACES = (['here', 'there'] as const).map((value) => ({ value, label: groupsText.places[value] }));

/** Makes or changes a shared folder: one of this machine, or one on another server for rules. */
export function FolderDialog({ folder, onClose }: { readonly folder: Folder | undefined; readonly onClose: () => void }): ReactElement {
  const save = useCommand('folders.save', ['folders.', 'accounts.']);
  const [name, setName] = useState(folder?.name ?? '');
  const [path, setPath] = useState(folder?.path ?? '');
  const [where, setWhere] = useState<Where>(folder === undefined || folder.remote === null ? 'here' : 'there');
  const [server, setServer] = useState(() => initialValues(sftpServerSchema, folder?.remote ?? {}));
  const [description, setDescription] = useState(folder?.description ?? '');
  const [quotaBytes, setQuotaBytes] = useState(folder?.quotaBytes ?? 0);
  const [problem, setProblem] = useState<string>();
  const isHere = where === 'here';
  const errorAt = (field: string): string | undefined => (save.error?.field === field ? fieldWords(save.error) : undefined);
  const isElsewhere =
    save.error !== undefined && !FIELDS.includes(save.error.field ?? '') && save.error.field?.startsWith('remote.') !== true;

  async function submit(): Promise<void> {
    // What is wrong with the server's fields is said at them.
    const place = isHere ? { remote: null, quotaBytes } : { remote: server as SftpServer };
    if ((await save.run({ name, path, description, ...place })) !== undefined) onClose();
  }

  const placeField = (
    <Field
      label={isHere ? groupsText.place : groupsText.remotePlace}
      help={isHere ? groupsText.placeHelp : groupsText.remotePlaceHelp}
      error={errorAt('path')}
    >
      <TextInput mono value={path} onChange={setPath} maxLength={4096} />
    </Field>
  );

  return (
    <FormDialog
      wide={!isHere}
      title={folder === undefined ? groupsText.addFolder : folder.name}
      onClose={onClose}
      submit={groupsText.save}
      busy={save.busy}
      onSubmit={() => {
        if (!isHere || problem === undefined) void submit();
      }}
    >
      {isElsewhere && <ErrorState title={groupsText.failed} error={save.error} />}
      {folder === undefined && (
        <Field label={groupsText.name} help={groupsText.nameHelp} error={errorAt('name')}>
          <TextInput value={name} onChange={setName} maxLength={255} />
        </Field>
      )}
      <div className="flex flex-col items-start gap-1">
        <SegmentedControl label={groupsText.where} segments={PLACES} value={where} onChange={setWhere} />
        {!isHere && <p className="text-sm text-muted">{groupsText.remoteHelp}</p>}
      </div>
      {isHere ? (
        placeField
      ) : (
        <FolderServer folder={folder} path={path} server={server} onChange={setServer} error={save.error}>
          {placeField}
        </FolderServer>
      )}
      <Field label={groupsText.columns.description} error={errorAt('description')}>
        <TextInput value={description} onChange={setDescription} maxLength={1024} />
      </Field>
      {isHere && (
        <Field label={groupsText.storage} help={groupsText.folderStorageHelp} error={problem ?? errorAt('quotaBytes')}>
          <SizeInput value={quotaBytes === 0 ? null : quotaBytes} onChange={(next) => setQuotaBytes(next ?? 0)} onProblem={setProblem} />
        </Field>
      )}
    </FormDialog>
  );
}
