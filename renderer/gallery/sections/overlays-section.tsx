import { Copy, Ellipsis, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import {
  Button,
  Checkbox,
  ConfirmDialog,
  Disclosure,
  Field,
  FormDialog,
  IconButton,
  Menu,
  Popover,
  ShortcutsDialog,
  showToast,
  TextInput,
  Tooltip,
} from '../../ui/index.ts';
import { Specimen } from '../specimen.tsx';

const SHORTCUTS = [
  {
    title: 'Everywhere',
    shortcuts: [
      { keys: ['Ctrl', '1'], does: 'Home' },
      { keys: ['Ctrl', 'F'], does: 'Search' },
      { keys: ['?'], does: 'This list' },
    ],
  },
  {
    title: 'In lists',
    shortcuts: [
      { keys: ['J'], does: 'Next row' },
      { keys: ['K'], does: 'Previous row' },
    ],
  },
] as const;

/** What lies over the page. */
export function OverlaysSection(): ReactElement {
  const [open, setOpen] = useState<'dialog' | 'confirm' | 'shortcuts' | undefined>(undefined);
  const [name, setName] = useState('Invoices to accounting');
  const [weekends, setWeekends] = useState(false);
  const close = (): void => setOpen(undefined);
  return (
    <div className="flex max-w-form flex-col gap-10">
      <Specimen row title="Dialogues">
        <Button onClick={() => setOpen('dialog')}>Rename rule</Button>
        <Button onClick={() => setOpen('confirm')}>Delete Acme</Button>
        <Button onClick={() => setOpen('shortcuts')}>Show shortcuts</Button>
        {open === 'dialog' && (
          <FormDialog title="Rename rule" onClose={close} submit="Rename" busy={false} onSubmit={close}>
            <Field label="Name">
              <TextInput value={name} onChange={setName} />
            </Field>
          </FormDialog>
        )}
        <ConfirmDialog
          open={open === 'confirm'}
          onClose={close}
          danger
          title="Delete Acme Ltd?"
          confirm="Delete partner"
          cancel="Keep partner"
          onConfirm={close}
        >
          <p>Acme can no longer sign in. Its files and its entries in the log stay.</p>
        </ConfirmDialog>
        <ShortcutsDialog open={open === 'shortcuts'} onClose={close} groups={SHORTCUTS} />
      </Specimen>
      <Specimen row title="Menus and popovers">
        <Menu
          trigger={<IconButton icon={Ellipsis} name="More actions" />}
          entries={[
            { label: 'Duplicate', icon: Copy, shortcut: 'D', onSelect: () => undefined },
            { label: 'Weekends too', checked: weekends, onChange: setWeekends },
            'separator',
            { label: 'Delete rule', icon: Trash2, danger: true, onSelect: () => undefined },
          ]}
        />
        <Popover title="Quiet hours" trigger={<Button>Quiet hours</Button>}>
          <Checkbox label="Weekends too" checked={weekends} onChange={setWeekends} />
        </Popover>
        <Tooltip text="The address partners use inside the office">
          <Button>192.168.1.20</Button>
        </Tooltip>
        <Button
          onClick={() =>
            showToast({ title: 'Rule saved', body: 'It reacts from now on.', action: { label: 'Undo', onClick: () => undefined } })
          }
        >
          Save rule
        </Button>
      </Specimen>
      <Specimen title="More">
        <Disclosure aside="2 fields">
          <Checkbox label="Weekends too" checked={weekends} onChange={setWeekends} />
          <Field label="Name in the log">
            <TextInput value={name} onChange={setName} />
          </Field>
        </Disclosure>
      </Specimen>
    </div>
  );
}
