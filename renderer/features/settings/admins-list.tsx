import { Ban, CircleCheck, Pencil, ShieldOff, Trash2, UserPlus } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Admin } from '../../../engine/contract/admin.ts';
import { API_PERMISSIONS } from '../../../engine/contract/method.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { adminsText as text } from '../../text/admins.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, type Column, ConfirmDialog, Status, Table, Tooltip } from '../../ui/index.ts';
import { AdminDialog } from './admin-dialog.tsx';
import { ConfirmIdentity } from '../../forms/confirm-identity.tsx';
import { ListFrame } from './list-frame.tsx';

const COLUMNS: readonly Column<Admin>[] = [
  { id: 'name', title: text.columns.name, cell: (admin) => <Name admin={admin} />, sortBy: ({ name }) => name },
  { id: 'permissions', title: text.columns.permissions, cell: ({ permissions }) => <Permissions permissions={permissions} /> },
  {
    id: 'signIn',
    title: text.columns.signIn,
    cell: ({ hasPassword, hasSecondFactor }) => text.signIn[hasPassword ? (hasSecondFactor ? 'code' : 'password') : 'none'],
    wideOnly: true,
  },
  {
    id: 'state',
    title: text.columns.state,
    cell: ({ enabled }) => <Status kind={enabled ? 'ok' : 'paused'}>{enabled ? text.enabled : text.disabled}</Status>,
    sortBy: ({ enabled }) => (enabled ? 0 : 1),
  },
];

/** What is about to be done to whom, once that was confirmed. */
type Plan = { readonly what: 'delete' | 'removeFactor'; readonly admin: Admin };

/** The administrators: listed, added, changed, disabled and deleted. */
export function AdminsList(): ReactElement {
  const admins = useQuery('admins.list', {});
  const save = useCommand('admins.save', ['admins.']);
  const remove = useCommand('admins.delete', ['admins.']);
  const removeFactor = useCommand('admins.removeTwoFactor', ['admins.']);
  const [editing, setEditing] = useState<Admin | 'new' | undefined>(undefined);
  const [plan, setPlan] = useState<Plan | undefined>(undefined);
  /** What goes on after a confirmation of one's identity. */
  const [waiting, setWaiting] = useState<() => void>();
  const commands = [save, remove, removeFactor];
  const error = commands.map((command) => command.error).find((one) => one !== undefined);
  const needsConfirmation = error?.code === 'forbidden' && error.field === 'name';

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    setWaiting(() => () => void attempt(work));
    for (const command of commands) command.clearError();
    await work();
    setPlan(undefined);
  }

  function carryOut({ what, admin: { name } }: Plan): void {
    void attempt(() => (what === 'delete' ? remove.run({ name }) : removeFactor.run({ name })));
  }

  const add = (
    <Button icon={UserPlus} onClick={() => setEditing('new')}>
      {text.add}
    </Button>
  );
  return (
    <>
      <ListFrame
        query={admins}
        cannotRead={text.cannotRead}
        failed={{ title: text.failed, error: needsConfirmation ? undefined : error }}
        empty={{ icon: UserPlus, title: text.empty, body: text.emptyBody }}
        add={add}
      >
        {(rows) => (
          <Table
            label={text.list}
            rows={rows}
            columns={COLUMNS}
            rowId={({ id }) => String(id)}
            rowName={({ name }) => name}
            actions={(admin) => [
              { label: text.edit, icon: Pencil, quick: true, onSelect: () => setEditing(admin) },
              {
                label: admin.enabled ? text.disable : text.enable,
                icon: admin.enabled ? Ban : CircleCheck,
                onSelect: () => void attempt(() => save.run({ name: admin.name, enabled: !admin.enabled })),
              },
              ...(admin.hasSecondFactor
                ? [{ label: text.removeFactor, icon: ShieldOff, onSelect: () => setPlan({ what: 'removeFactor' as const, admin }) }]
                : []),
              { label: text.delete, icon: Trash2, danger: true, onSelect: () => setPlan({ what: 'delete', admin }) },
            ]}
          />
        )}
      </ListFrame>
      {editing !== undefined && <AdminDialog admin={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      <ConfirmDialog
        open={plan !== undefined}
        onClose={() => setPlan(undefined)}
        title={plan?.what === 'removeFactor' ? text.removeFactorTitle(plan.admin.name) : text.deleteTitle(plan?.admin.name ?? '')}
        confirm={plan?.what === 'removeFactor' ? text.removeFactor : text.delete}
        cancel={plan?.what === 'removeFactor' ? text.keepFactor : text.keep}
        danger
        busy={remove.busy || removeFactor.busy}
        onConfirm={() => {
          if (plan !== undefined) carryOut(plan);
        }}
      >
        {plan?.what === 'removeFactor' ? text.removeFactorBody : text.deleteBody}
      </ConfirmDialog>
      {needsConfirmation && (
        <ConfirmIdentity onClose={() => commands.forEach((command) => command.clearError())} onConfirmed={() => waiting?.()} />
      )}
    </>
  );
}

function Name({ admin: { name, description, role } }: { readonly admin: Admin }): ReactElement {
  return (
    <>
      {name}
      {description !== '' && <span className="text-muted"> {description}</span>}
      {role !== null && <span className="text-muted"> ({text.ofRole(role)})</span>}
    </>
  );
}

function Permissions({ permissions }: Pick<Admin, 'permissions'>): ReactElement {
  if (permissions.length === API_PERMISSIONS.length) return <>{text.everything}</>;
  const words = permissions.map((permission) => settingsText.permissions[permission]).join(', ');
  return (
    <Tooltip text={words}>
      <span tabIndex={0} className="rounded-sm">
        {text.count(permissions.length)}
        <span className="sr-only">: {words}</span>
      </span>
    </Tooltip>
  );
}
