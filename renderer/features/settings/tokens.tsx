import { KeyRound, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { ApiToken } from '../../../engine/contract/methods/tokens.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { settingsText } from '../../text/settings.ts';
import { Button, type Column, ConfirmDialog, Table, Time, Tooltip } from '../../ui/index.ts';
import { ListFrame } from './list-frame.tsx';
import { TokenDialog } from './token-dialog.tsx';

const text = settingsText.tokens;

const COLUMNS: readonly Column<ApiToken>[] = [
  { id: 'name', title: text.columns.name, cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    id: 'permissions',
    title: text.columns.permissions,
    cell: ({ permissions }) => <Permissions permissions={permissions} />,
    wideOnly: true,
  },
  {
    id: 'created',
    title: text.columns.created,
    cell: ({ createdAt }) => <Time at={createdAt} show="date" />,
    sortBy: ({ createdAt }) => createdAt,
  },
  {
    id: 'expires',
    title: text.columns.expires,
    cell: ({ expiresAt }) => (expiresAt === null ? text.never : <Time at={expiresAt} show="date" />),
    sortBy: ({ expiresAt }) => expiresAt,
  },
];

/** The tokens of scripts: made here, listed without their texts, deleted. */
export function Tokens(): ReactElement {
  const tokens = useQuery('tokens.list', {});
  const remove = useCommand('tokens.delete', ['tokens.']);
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<ApiToken | undefined>(undefined);
  const create = (
    <Button icon={KeyRound} onClick={() => setCreating(true)}>
      {text.create}
    </Button>
  );
  return (
    <>
      <ListFrame
        query={tokens}
        cannotRead={text.cannotRead}
        failed={{ title: text.failed, error: remove.error }}
        empty={{ icon: KeyRound, title: text.empty, body: text.emptyBody }}
        add={create}
      >
        {(rows) => (
          <Table
            label={text.list}
            rows={rows}
            columns={COLUMNS}
            rowId={({ id }) => String(id)}
            rowName={({ name }) => name}
            actions={(token) => [{ label: text.delete, icon: Trash2, danger: true, quick: true, onSelect: () => setDeleting(token) }]}
          />
        )}
      </ListFrame>
      {creating && <TokenDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={text.deleteTitle(deleting?.name ?? '')}
        confirm={text.delete}
        cancel={text.keep}
        danger
        busy={remove.busy}
        onConfirm={() => {
          if (deleting !== undefined) void remove.run({ id: deleting.id }).then(() => setDeleting(undefined));
        }}
      >
        {text.deleteBody}
      </ConfirmDialog>
    </>
  );
}

function Permissions({ permissions }: Pick<ApiToken, 'permissions'>): ReactElement {
  const words = permissions.map((permission) => settingsText.permissions[permission]);
  return permissions.length === 1 ? (
    <>{words[0]}</>
  ) : (
    <Tooltip text={words.join(', ')}>
      <span tabIndex={0} className="rounded-sm">
        {text.count(permissions.length)}
        <span className="sr-only">: {words.join(', ')}</span>
      </span>
    </Tooltip>
  );
}
