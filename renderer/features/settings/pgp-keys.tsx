import { Download, KeyRound, Trash2, Upload } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { type PgpKey, pgpKeyName } from '../../../engine/contract/pgp-key.ts';
import { saveBytes } from '../../rpc/save-bytes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { pgpKeysText as text } from '../../text/pgp-keys.ts';
import { Badge, Button, type Column, ConfirmDialog, showToast, Table, Time, Tooltip } from '../../ui/index.ts';
import { GeneratePgpKey } from './pgp-key-generate.tsx';
import { ImportPgpKeys } from './pgp-key-import.tsx';
import { ListFrame } from './list-frame.tsx';

const COLUMNS: readonly Column<PgpKey>[] = [
  {
    id: 'name',
    title: text.columns.name,
    cell: (key) => (
      <span className="flex flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="[overflow-wrap:anywhere]">{pgpKeyName(key)}</span>
          {key.trouble !== null && (
            <Tooltip text={key.trouble}>
              <Badge tone="warning">{key.revoked ? text.revoked : text.expired}</Badge>
            </Tooltip>
          )}
        </span>
        <Tooltip text={`${text.columns.fingerprint}: ${key.fingerprint}`}>
          <span className="font-mono text-muted">{key.fingerprint.slice(-16)}</span>
        </Tooltip>
      </span>
    ),
    sortBy: pgpKeyName,
  },
  {
    id: 'half',
    title: text.columns.half,
    cell: ({ hasPrivate }) => <span className="[overflow-wrap:normal]">{hasPrivate ? text.pair : text.publicOnly}</span>,
    sortBy: ({ hasPrivate }) => hasPrivate,
  },
  {
    id: 'expires',
    title: text.columns.expires,
    cell: ({ expiresAt }) => (expiresAt === null ? text.never : <Time at={expiresAt} show="date" />),
    sortBy: ({ expiresAt }) => expiresAt,
  },
  {
    id: 'used',
    title: text.columns.used,
    cell: ({ usedBy }) =>
      usedBy.length === 0 ? (
        text.unused
      ) : (
        <Tooltip text={usedBy.map(({ name }) => name).join(', ')}>
          <span>{text.uses(usedBy.length)}</span>
        </Tooltip>
      ),
    wideOnly: true,
  },
];

/** The keys that rules encrypt, decrypt, sign and verify with. */
export function PgpKeys(): ReactElement {
  const keys = useQuery('pgpKeys.list', {});
  const save = useCommand('pgpKeys.export');
  const remove = useCommand('pgpKeys.delete', ['pgpKeys.']);
  const [open, setOpen] = useState<'import' | 'generate' | undefined>(undefined);
  const [deleting, setDeleting] = useState<PgpKey | undefined>(undefined);
  const error = remove.error ?? save.error;
  const mayChange = useRights().calls('pgpKeys.import');
  const buttons = !mayChange ? undefined : (
    <div className="flex flex-wrap gap-2">
      <Button icon={Upload} onClick={() => setOpen('import')}>
        {text.import}
      </Button>
      <Button icon={KeyRound} onClick={() => setOpen('generate')}>
        {text.generate}
      </Button>
    </div>
  );

  async function saveKey(id: number): Promise<void> {
    const exported = await save.run({ id });
    if (exported === undefined) return;
    saveBytes(exported.fileName, 'application/pgp-keys', new TextEncoder().encode(exported.key));
    showToast({ title: text.exported });
  }

  return (
    <>
      <ListFrame
        query={keys}
        cannotRead={text.cannotRead}
        failed={{ title: text.failed, error: error }}
        empty={{ icon: KeyRound, title: text.empty, body: text.emptyBody }}
        add={buttons}
      >
        {(rows) => (
          <Table
            label={text.list}
            rows={rows}
            columns={COLUMNS}
            rowId={({ id }) => String(id)}
            rowName={pgpKeyName}
            actions={(key) => [
              { label: text.export, icon: Download, quick: true, onSelect: () => void saveKey(key.id) },
              ...(mayChange ? [{ label: text.delete, icon: Trash2, danger: true, onSelect: () => setDeleting(key) }] : []),
            ]}
          />
        )}
      </ListFrame>
      {open === 'import' && <ImportPgpKeys onClose={() => setOpen(undefined)} />}
      {open === 'generate' && <GeneratePgpKey onClose={() => setOpen(undefined)} />}
      <ConfirmDialog
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={text.deleteTitle(deleting === undefined ? '' : pgpKeyName(deleting))}
        confirm={text.delete}
        cancel={text.keep}
        danger
        busy={remove.busy}
        onConfirm={() => {
          if (deleting !== undefined) void remove.run({ id: deleting.id }).then(() => setDeleting(undefined));
        }}
      >
        {deleting?.hasPrivate === true ? text.deletePair : text.deletePublic}
      </ConfirmDialog>
    </>
  );
}
