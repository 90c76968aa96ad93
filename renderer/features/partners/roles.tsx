import { Pencil, Trash2, UserRoundCog } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Role } from '../../../engine/contract/group.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { groupsText } from '../../text/groups.ts';
import { Button, type Column, ConfirmDialog, ErrorState, Table } from '../../ui/index.ts';
import { PagePart, Waiting } from './page-part.tsx';
import { RoleDialog } from './role-dialog.tsx';

const COLUMNS: readonly Column<Role>[] = [
  { id: 'name', title: groupsText.columns.role, cell: ({ name }) => name, sortBy: ({ name }) => name },
  { id: 'description', title: groupsText.columns.description, cell: ({ description }) => description, wideOnly: true },
  { id: 'accounts', title: groupsText.columns.partners, align: 'end', cell: ({ accounts }) => accounts.length },
  { id: 'admins', title: groupsText.columns.admins, cell: ({ admins }) => admins.join(', '), wideOnly: true },
];

/** Roles, which keep partners and those who look after them together. */
export function Roles(): ReactElement {
  const { calls } = useRights();
  const roles = useQuery('roles.list', {});
  const remove = useCommand('roles.delete', ['roles.']);
  const [role, setRole] = useState<Role | 'new'>();
  const [removing, setRemoving] = useState<Role>();
  return (
    <PagePart
      title={groupsText.roles}
      action={
        calls('roles.save') && (
          <Button small icon={UserRoundCog} onClick={() => setRole('new')}>
            {groupsText.addRole}
          </Button>
        )
      }
    >
      {remove.error !== undefined && <ErrorState title={groupsText.failed} error={remove.error} />}
      {roles.data === undefined ? (
        <Waiting query={roles} />
      ) : roles.data.length === 0 ? (
        <p className="max-w-prose text-muted">{groupsText.noRoles}</p>
      ) : (
        <Table
          label={groupsText.roles}
          rows={roles.data}
          columns={COLUMNS}
          rowId={({ id }) => String(id)}
          rowName={({ name }) => name}
          onOpen={calls('roles.save') ? setRole : undefined}
          actions={(row) =>
            calls('roles.save')
              ? [
                  { label: groupsText.edit, icon: Pencil, quick: true, onSelect: () => setRole(row) },
                  { label: groupsText.remove, icon: Trash2, danger: true, onSelect: () => setRemoving(row) },
                ]
              : []
          }
        />
      )}
      {role !== undefined && <RoleDialog role={role === 'new' ? undefined : role} onClose={() => setRole(undefined)} />}
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={groupsText.removeTitle(removing?.name ?? '')}
        confirm={groupsText.remove}
        cancel={groupsText.keep}
        danger
        busy={remove.busy}
        onConfirm={() => {
          if (removing !== undefined) void remove.run({ name: removing.name }).then(() => setRemoving(undefined));
        }}
      >
        {groupsText.removeRoleBody}
      </ConfirmDialog>
    </PagePart>
  );
}
