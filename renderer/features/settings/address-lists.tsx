import { ListPlus, Pencil, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { IpListEntry } from '../../../engine/contract/defence.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { defenceText } from '../../text/defence.ts';
import { Button, type Column, ConfirmDialog, Table } from '../../ui/index.ts';
import { AddressListDialog } from './address-list-dialog.tsx';
import { ListFrame } from './list-frame.tsx';

const text = defenceText.lists;

const COLUMNS: readonly Column<IpListEntry>[] = [
  {
    id: 'network',
    title: text.columns.network,
    cell: ({ network }) => <span className="font-mono">{network}</span>,
    sortBy: ({ network }) => network,
  },
  { id: 'mode', title: text.columns.mode, cell: ({ mode }) => text.modes[mode], sortBy: ({ mode }) => mode },
  {
    id: 'protocols',
    title: text.columns.protocols,
    cell: ({ protocols }) => (protocols.length === 0 ? text.all : protocols.join(', ')),
    wideOnly: true,
  },
  { id: 'note', title: text.columns.note, cell: ({ note }) => note, wideOnly: true },
];

/** Addresses and networks that are always allowed or always refused. */
export function AddressLists(): ReactElement {
  const entries = useQuery('ipLists.list', {});
  const remove = useCommand('ipLists.delete', ['ipLists.', 'defender.']);
  const [editing, setEditing] = useState<IpListEntry | 'new' | undefined>(undefined);
  const [removing, setRemoving] = useState<IpListEntry | undefined>(undefined);
  const mayChange = useRights().calls('ipLists.save');
  const add = mayChange ? (
    <Button icon={ListPlus} onClick={() => setEditing('new')}>
      {text.add}
    </Button>
  ) : undefined;
  return (
    <>
      <ListFrame
        query={entries}
        cannotRead={text.cannotRead}
        failed={{ title: text.failed, error: remove.error }}
        empty={{ icon: ListPlus, title: text.empty, body: text.emptyBody }}
        add={add}
      >
        {(rows) => (
          <Table
            label={text.list}
            rows={rows}
            columns={COLUMNS}
            rowId={({ id }) => String(id)}
            rowName={({ network }) => network}
            actions={(entry) =>
              mayChange
                ? [
                    { label: text.edit, icon: Pencil, onSelect: () => setEditing(entry) },
                    { label: text.remove, icon: Trash2, danger: true, onSelect: () => setRemoving(entry) },
                  ]
                : []
            }
          />
        )}
      </ListFrame>
      {editing !== undefined && <AddressListDialog entry={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={text.removeTitle(removing?.network ?? '')}
        confirm={text.remove}
        cancel={text.keep}
        busy={remove.busy}
        onConfirm={() => {
          if (removing !== undefined) void remove.run({ id: removing.id }).then(() => setRemoving(undefined));
        }}
      >
        {text.removeBody}
      </ConfirmDialog>
    </>
  );
}
