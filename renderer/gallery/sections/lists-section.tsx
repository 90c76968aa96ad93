import { Copy, KeyRound, LinkIcon, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { formatBytes } from '../../text/format.ts';
import {
  Avatar,
  Button,
  type Column,
  IconButton,
  KeyValues,
  Panel,
  PanelLayout,
  type RowAction,
  Sparkline,
  Status,
  type StatusKind,
  Table,
  Tabs,
  Time,
  VirtualList,
} from '../../ui/index.ts';
import { SAMPLE_NOW } from '../samples/now.ts';
import { Specimen } from '../specimen.tsx';

type Partner = {
  readonly name: string;
  readonly user: string;
  readonly seen: number;
  readonly files: readonly number[];
  readonly bytes: number;
  readonly state: StatusKind;
  readonly word: string;
};

const HOUR_MS = 3_600_000;

const PARTNERS: readonly Partner[] = [
  {
    name: 'Acme Ltd',
    user: 'acme',
    seen: SAMPLE_NOW - HOUR_MS,
    files: [3, 5, 0, 2, 8, 6, 4],
    bytes: 41_200_000,
    state: 'ok',
    word: 'Online now',
  },
  {
    name: 'Brandt Steuerberatung',
    user: 'brandt',
    seen: SAMPLE_NOW - 5 * HOUR_MS,
    files: [1, 0, 0, 1, 1, 0, 2],
    bytes: 2_100_000,
    state: 'ok',
    word: 'Active',
  },
  {
    name: 'Kestrel Legal',
    user: 'kestrel',
    seen: SAMPLE_NOW - 80 * HOUR_MS,
    files: [0, 0, 0, 0, 0, 0, 0],
    bytes: 0,
    state: 'paused',
    word: 'Suspended',
  },
  {
    name: 'NovaPrint',
    user: 'novaprint',
    seen: SAMPLE_NOW - 26 * HOUR_MS,
    files: [9, 12, 11, 0, 3, 14, 9],
    bytes: 8_410_000_000,
    state: 'warning',
    word: 'Quota 94%',
  },
  {
    name: 'Studio Lind',
    user: 'lind',
    seen: SAMPLE_NOW - 2 * HOUR_MS,
    files: [0, 1, 0, 0, 2, 0, 1],
    bytes: 512_000,
    state: 'failure',
    word: 'Wrong key',
  },
];

const COLUMNS: readonly Column<Partner>[] = [
  {
    id: 'name',
    title: 'Partner',
    sortBy: ({ name }) => name,
    cell: ({ name }) => (
      <span className="flex items-center gap-2.5">
        <Avatar name={name} />
        <span className="truncate font-medium">{name}</span>
      </span>
    ),
  },
  { id: 'state', title: 'State', sortBy: ({ word }) => word, cell: ({ state, word }) => <Status kind={state}>{word}</Status> },
  {
    id: 'seen',
    title: 'Last seen',
    wideOnly: true,
    sortBy: ({ seen }) => seen,
    cell: ({ seen }) => <Time at={seen} show="relative" now={SAMPLE_NOW} />,
  },
  {
    id: 'files',
    title: 'Files, 7 days',
    align: 'end',
    wideOnly: true,
    cell: ({ files }) => (
      <span className="inline-flex items-center gap-2">
        <Sparkline label="Files per day" values={files} />
        <span className="w-6">{files.reduce((sum, count) => sum + count, 0)}</span>
      </span>
    ),
  },
  { id: 'bytes', title: 'Stored', align: 'end', sortBy: ({ bytes }) => bytes, cell: ({ bytes }) => formatBytes(bytes) },
];

const ACTIONS: readonly RowAction[] = [
  { label: 'Copy link', icon: LinkIcon, quick: true, onSelect: () => undefined },
  { label: 'Duplicate', icon: Copy, onSelect: () => undefined },
  { label: 'Reset password', icon: KeyRound, onSelect: () => undefined },
  'separator',
  { label: 'Delete partner', icon: Trash2, danger: true, onSelect: () => undefined },
];

/** Rows of things, and the details of one. */
export function ListsSection(): ReactElement {
  return (
    <div className="flex max-w-content flex-col gap-10">
      <PartnersTable />
      <Long />
      <Parts />
    </div>
  );
}

function PartnersTable(): ReactElement {
  const [openId, setOpenId] = useState<string | undefined>('acme');
  const open = PARTNERS.find(({ user }) => user === openId);
  return (
    <Specimen title="Table with details">
      <div className="flex h-105 overflow-hidden rounded-panel border border-line">
        <PanelLayout
          panel={
            open !== undefined && (
              <Panel
                title={open.name}
                onClose={() => setOpenId(undefined)}
                tools={<IconButton icon={LinkIcon} name="Copy link" />}
                actions={
                  <>
                    <Button>Reset password</Button>
                    <Button kind="ghost">Suspend</Button>
                  </>
                }
              >
                <KeyValues
                  items={[
                    { key: 'User name', value: open.user, mono: true },
                    { key: 'Last seen', value: <Time at={open.seen} show="date-time" /> },
                    { key: 'Stored', value: formatBytes(open.bytes) },
                    { key: 'Key', value: 'SHA256:Zs8Tq0wYx1n4P2cVd7uJkR5mHb9LgEa3fWtXoNiQyM', mono: true },
                    { key: 'Contact', value: '' },
                  ]}
                />
              </Panel>
            )
          }
        >
          <div className="min-h-0 flex-1 overflow-y-auto">
            <Table
              label="Partners"
              rows={PARTNERS}
              columns={COLUMNS}
              rowId={({ user }) => user}
              rowName={({ name }) => name}
              openId={openId}
              onOpen={({ user }) => setOpenId(user)}
              actions={() => ACTIONS}
              initialSort={{ column: 'name' }}
            />
          </div>
        </PanelLayout>
      </div>
    </Specimen>
  );
}

const MANY = Array.from({ length: 5000 }, (_, index) => ({ id: index, text: `Acme uploaded invoice-${5000 - index}.pdf` }));

function Long(): ReactElement {
  return (
    <Specimen title="Long list">
      <div className="flex h-60 flex-col rounded-panel border border-line">
        <VirtualList
          label="Uploads"
          items={MANY}
          itemKey={({ id }) => id}
          renderItem={({ id, text }) => (
            <button
              type="button"
              className="flex h-9 w-full items-center gap-3 border-b border-line px-3 text-start text-sm -outline-offset-2 hover:bg-hover"
            >
              <Avatar name="Acme Ltd" />
              <span className="min-w-0 flex-1 truncate">{text}</span>
              <span className="text-muted">
                <Time at={SAMPLE_NOW - id * 60_000} />
              </span>
            </button>
          )}
        />
      </div>
    </Specimen>
  );
}

const PART_TABS = [
  { value: 'overview', label: 'Overview', content: <p>Name, contact, notes and expiry.</p> },
  { value: 'sign-in', label: 'Sign-in', content: <p>Password, keys and addresses.</p> },
  { value: 'folders', label: 'Folders', content: <p>What this partner sees and may do.</p> },
] as const;

function Parts(): ReactElement {
  const [tab, setTab] = useState<(typeof PART_TABS)[number]['value']>('overview');
  return (
    <Specimen title="Tabs">
      <Tabs label="Acme Ltd" tabs={PART_TABS} value={tab} onChange={setTab} />
    </Specimen>
  );
}
