import { ArrowUp, File, Folder, FolderSearch } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Output } from '../../../engine/contract/rpc.ts';
import { useQuery } from '../../stores/use-query.ts';
import { partnersText } from '../../text/partners.ts';
import { Button, Bytes, type Column, EmptyState, ErrorState, Notice, Skeleton, Table, Time } from '../../ui/index.ts';
import { rightsInWords } from './rights.ts';

const text = partnersText.browse;

type Entry = Output<'accounts.browse'>['entries'][number];

const COLUMNS: readonly Column<Entry>[] = [
  {
    id: 'name',
    title: text.columns.name,
    sortBy: ({ kind, name }) => `${kind === 'folder' ? 0 : 1}${name.toLowerCase()}`,
    cell: ({ kind, name }) => (
      <span className="flex items-center gap-2">
        {kind === 'folder' ? <Folder aria-hidden className="size-4 text-muted" /> : <File aria-hidden className="size-4 text-muted" />}
        {name}
      </span>
    ),
  },
  {
    id: 'size',
    title: text.columns.size,
    align: 'end',
    sortBy: ({ size }) => size,
    cell: ({ kind, size }) => (kind === 'file' ? <Bytes value={size} /> : null),
  },
  {
    id: 'changed',
    title: text.columns.changed,
    align: 'end',
    wideOnly: true,
    sortBy: ({ modifiedAt }) => modifiedAt,
    cell: ({ modifiedAt }) => <Time at={modifiedAt} show="date-time" />,
  },
];

/** The partner's folder through the partner's eyes: names, and what may be done. */
export function Browse({ username }: { readonly username: string }): ReactElement {
  const [path, setPath] = useState<string>();
  const folder = useQuery('accounts.browse', path === undefined ? undefined : { username, path });
  if (path === undefined) {
    return (
      <div>
        <Button icon={FolderSearch} onClick={() => setPath('/')}>
          {text.show}
        </Button>
      </div>
    );
  }
  return (
    <section aria-label={text.title} className="flex flex-col gap-3">
      <h2 className="font-semibold">{text.title}</h2>
      <div className="flex flex-wrap items-center gap-3">
        <Button small icon={ArrowUp} disabled={path === '/'} onClick={() => setPath(path.slice(0, path.lastIndexOf('/')) || '/')}>
          {text.up}
        </Button>
        <code className="text-sm break-all">{path}</code>
      </div>
      {folder.data === undefined ? (
        folder.error === undefined ? (
          <Skeleton rows={4} shape="row" />
        ) : (
          <ErrorState title={text.cannotRead} error={folder.error} onRetry={folder.reload} />
        )
      ) : (
        <>
          <p className="text-sm text-muted">{text.may(rightsInWords(folder.data.permissions))}</p>
          {folder.data.truncated && <Notice kind="notice">{text.truncated}</Notice>}
          {folder.data.entries.length === 0 ? (
            <EmptyState icon={Folder} title={text.empty} />
          ) : (
            <Table
              label={text.title}
              dense
              rows={folder.data.entries}
              columns={COLUMNS}
              rowId={({ name }) => name}
              rowName={({ name }) => name}
              initialSort={{ column: 'name' }}
              onOpen={({ kind, name }) => {
                if (kind === 'folder') setPath(`${path === '/' ? '' : path}/${name}`);
              }}
            />
          )}
        </>
      )}
    </section>
  );
}
