import { CornerLeftUp, Folder, FolderPlus } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { machineText } from '../../text/machine.ts';
import { uiText } from '../../text/ui.ts';
import { fieldWords } from '../field-words.ts';
import { Button, Dialog, ErrorState, Field, Skeleton, TextInput } from '../../ui/index.ts';

const text = machineText.folder;

type FolderDialogProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onChoose: (path: string) => void;
};

/** Chooses a folder of the machine that the engine runs on, for shells without a folder dialogue of their own. Begins in the home folder. */
export function FolderDialog({ open, onClose, onChoose }: FolderDialogProps): ReactElement {
  const [path, setPath] = useState('');
  const [creating, setCreating] = useState(false);
  const folders = useQuery('machine.folders', open ? { path } : undefined);
  const { data, error } = folders;

  function go(to: string): void {
    setPath(to);
    setCreating(false);
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={text.dialog}
      wide
      actions={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button
            kind="primary"
            disabled={data === undefined || data.path === ''}
            onClick={() => {
              if (data !== undefined) onChoose(data.path);
            }}
          >
            {text.use}
          </Button>
        </>
      }
    >
      <div className="flex items-center gap-2">
        <Button
          small
          icon={CornerLeftUp}
          disabled={data?.parent === null || data === undefined}
          onClick={() => {
            if (data?.parent !== null && data !== undefined) go(data.parent);
          }}
        >
          {text.up}
        </Button>
        <Button small icon={FolderPlus} disabled={data === undefined || creating} onClick={() => setCreating(true)}>
          {text.create}
        </Button>
      </div>
      <p className="min-w-0">
        <span className="text-muted">{text.here} </span>
        <span className="font-mono text-sm break-all">{data?.path ?? path}</span>
      </p>
      {creating && data !== undefined && <NewFolder parent={data.path} onCreated={go} />}
      {error !== undefined ? (
        <ErrorState title={text.cannotRead} error={error} action={<Button onClick={() => go('')}>{uiText.back}</Button>} />
      ) : data === undefined ? (
        <Skeleton rows={5} shape="row" />
      ) : data.folders.length === 0 ? (
        <p className="py-4 text-muted">{text.empty}</p>
      ) : (
        <ul aria-label={text.list} className="max-h-72 overflow-y-auto rounded-control border border-line">
          {data.folders.map((folder) => (
            <li key={folder.path}>
              <button
                type="button"
                onClick={() => go(folder.path)}
                className="flex min-h-9 w-full items-center gap-2 px-3 text-start -outline-offset-2 hover:bg-hover"
              >
                <Folder aria-hidden className="size-4 shrink-0 text-muted" />
                <span className="min-w-0 break-all">{folder.name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {data?.truncated === true && <p className="text-sm text-muted">{text.truncated}</p>}
    </Dialog>
  );
}

function NewFolder({ parent, onCreated }: { readonly parent: string; readonly onCreated: (path: string) => void }): ReactElement {
  const [name, setName] = useState('');
  const create = useCommand('machine.createFolder', ['machine.folders']);
  async function submit(): Promise<void> {
    const made = await create.run({ parent, name });
    if (made !== undefined) onCreated(made.path);
  }
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="min-w-40 flex-1">
        <Field label={text.createName} error={create.error === undefined ? undefined : fieldWords(create.error)}>
          <TextInput value={name} onChange={setName} autoFocus maxLength={255} />
        </Field>
      </div>
      <Button type="submit" busy={create.busy}>
        {text.createIt}
      </Button>
    </form>
  );
}
