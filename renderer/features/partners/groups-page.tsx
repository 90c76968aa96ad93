import { ArrowLeft, FolderPlus, Pencil, Trash2, UsersRound } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Folder } from '../../../engine/contract/folder.ts';
import type { Group } from '../../../engine/contract/group.ts';
import { LookOnly } from '../../forms/changeable.tsx';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { formatBytes } from '../../text/format.ts';
import { groupsText } from '../../text/groups.ts';
import { Button, type Column, ConfirmDialog, EmptyState, ErrorState, Link, PageHeader, Table } from '../../ui/index.ts';
import { FolderDialog } from './folder-dialog.tsx';
import { AccountsFilePart } from './accounts-file.tsx';
import { GroupDialog } from './group-dialog.tsx';
import { PagePart, Waiting } from './page-part.tsx';
import { Roles } from './roles.tsx';

const GROUP_COLUMNS: readonly Column<Group>[] = [
  { id: 'name', title: groupsText.columns.group, cell: ({ name }) => name, sortBy: ({ name }) => name },
  { id: 'description', title: groupsText.columns.description, cell: ({ description }) => description, wideOnly: true },
  {
    id: 'members',
    title: groupsText.columns.members,
    align: 'end',
    cell: ({ members }) => members.length,
    sortBy: ({ members }) => members.length,
  },
];

const FOLDER_COLUMNS: readonly Column<Folder>[] = [
  { id: 'name', title: groupsText.columns.folder, cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    id: 'path',
    title: groupsText.columns.path,
    cell: ({ path, remote }) => <span className="font-mono">{remote === null ? path : groupsText.placeOn(remote.host, path)}</span>,
    wideOnly: true,
  },
  {
    id: 'used',
    title: groupsText.columns.used,
    align: 'end',
    wideOnly: true,
    cell: ({ usedBytes, quotaBytes, remote }) => (remote === null ? usedOf(usedBytes, quotaBytes) : ''),
  },
  { id: 'uses', title: groupsText.columns.uses, align: 'end', cell: ({ usedBy }) => usedBy.length },
];

type Removing = { readonly kind: 'group' | 'folder'; readonly name: string };

/** Groups, which say settings once for many partners, and the folders that partners share. */
export function GroupsPage(): ReactElement {
  const { calls } = useRights();
  const groups = useQuery('groups.list', {});
  const folders = useQuery('folders.list', {});
  const removeGroup = useCommand('groups.delete', ['groups.', 'accounts.']);
  const removeFolder = useCommand('folders.delete', ['folders.']);
  const [group, setGroup] = useState<Group | 'new'>();
  const [folder, setFolder] = useState<Folder | 'new'>();
  const [removing, setRemoving] = useState<Removing>();
  const error = removeGroup.error ?? removeFolder.error;
  const remove = async ({ kind, name }: Removing): Promise<void> => {
    await (kind === 'group' ? removeGroup.run({ name }) : removeFolder.run({ name }));
    setRemoving(undefined);
  };
  return (
    <div className="mx-auto flex w-full max-w-content flex-col gap-8 p-6 max-sm:p-4">
      <PageHeader
        back={
          <Link href={routes.partners()} quiet>
            <ArrowLeft aria-hidden className="inline size-4" /> {groupsText.back}
          </Link>
        }
        title={groupsText.title}
        sentence={groupsText.sentence}
        action={
          calls('groups.save') && (
            <Button kind="primary" icon={UsersRound} onClick={() => setGroup('new')}>
              {groupsText.addGroup}
            </Button>
          )
        }
      />
      <LookOnly by="groups.save" />
      {error !== undefined && <ErrorState title={groupsText.failed} error={error} />}
      <PagePart title={groupsText.groups}>
        {groups.data === undefined ? (
          <Waiting query={groups} />
        ) : groups.data.length === 0 ? (
          <EmptyState icon={UsersRound} title={groupsText.noGroups}>
            {groupsText.noGroupsBody}
          </EmptyState>
        ) : (
          <Table
            label={groupsText.groups}
            rows={groups.data}
            columns={GROUP_COLUMNS}
            rowId={({ id }) => String(id)}
            rowName={({ name }) => name}
            onOpen={calls('groups.save') ? setGroup : undefined}
            actions={(row) =>
              calls('groups.save')
                ? [
                    { label: groupsText.edit, icon: Pencil, quick: true, onSelect: () => setGroup(row) },
                    {
                      label: groupsText.remove,
                      icon: Trash2,
                      danger: true,
                      onSelect: () => setRemoving({ kind: 'group', name: row.name }),
                    },
                  ]
                : []
            }
          />
        )}
      </PagePart>
      <PagePart
        title={groupsText.folders}
        action={
          calls('folders.save') && (
            <Button small icon={FolderPlus} onClick={() => setFolder('new')}>
              {groupsText.addFolder}
            </Button>
          )
        }
      >
        {folders.data === undefined ? (
          <Waiting query={folders} />
        ) : folders.data.length === 0 ? (
          <p className="text-muted">{groupsText.noFolders}</p>
        ) : (
          <Table
            label={groupsText.folders}
            rows={folders.data}
            columns={FOLDER_COLUMNS}
            rowId={({ id }) => String(id)}
            rowName={({ name }) => name}
            onOpen={calls('folders.save') ? setFolder : undefined}
            actions={(row) =>
              calls('folders.save')
                ? [
                    { label: groupsText.edit, icon: Pencil, quick: true, onSelect: () => setFolder(row) },
                    {
                      label: groupsText.remove,
                      icon: Trash2,
                      danger: true,
                      onSelect: () => setRemoving({ kind: 'folder', name: row.name }),
                    },
                  ]
                : []
            }
          />
        )}
      </PagePart>
      <Roles />
      {(calls('accounts.export') || calls('accounts.import')) && <AccountsFilePart />}
      {group !== undefined && <GroupDialog group={group === 'new' ? undefined : group} onClose={() => setGroup(undefined)} />}
      {folder !== undefined && <FolderDialog folder={folder === 'new' ? undefined : folder} onClose={() => setFolder(undefined)} />}
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={groupsText.removeTitle(removing?.name ?? '')}
        confirm={groupsText.remove}
        cancel={groupsText.keep}
        danger
        busy={removeGroup.busy || removeFolder.busy}
        onConfirm={() => {
          if (removing !== undefined) void remove(removing);
        }}
      >
        {removing?.kind === 'folder' ? groupsText.removeFolderBody : groupsText.removeGroupBody}
      </ConfirmDialog>
    </div>
  );
}

function usedOf(used: number, quota: number): string {
  return quota === 0 ? formatBytes(used) : groupsText.usedOf(formatBytes(used), formatBytes(quota));
}
