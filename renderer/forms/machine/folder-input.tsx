import { FolderOpen } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useConsole } from '../../stores/console.ts';
import { machineText } from '../../text/machine.ts';
import { Button, TextInput } from '../../ui/index.ts';
import { FolderDialog } from './folder-dialog.tsx';

export type FolderInputProps = {
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly name?: string | undefined;
  readonly placeholder?: string | undefined;
};

/** A folder of the machine, typed or chosen: in the system's own dialogue where the shell has one. For a Field. */
export function FolderInput({ value, onChange, ...rest }: FolderInputProps): ReactElement {
  const { shell } = useConsole();
  const [open, setOpen] = useState(false);
  async function choose(): Promise<void> {
    if (shell.pickFolder === null) {
      setOpen(true);
      return;
    }
    const picked = await shell.pickFolder(value);
    if (picked !== null) onChange(picked);
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-48 flex-1">
        <TextInput {...rest} mono value={value} onChange={onChange} maxLength={4096} />
      </div>
      <Button icon={FolderOpen} onClick={() => void choose()}>
        {machineText.folder.choose}
      </Button>
      <FolderDialog
        open={open}
        onClose={() => setOpen(false)}
        onChoose={(path) => {
          onChange(path);
          setOpen(false);
        }}
      />
    </div>
  );
}
