import { Activity } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import { eventSentence } from '../../../engine/events/catalog.ts';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { homeText } from '../../text/home.ts';
import { partnersText } from '../../text/partners.ts';
import { Bytes, type Column, EmptyState, ErrorState, Link, Skeleton, Table, Time } from '../../ui/index.ts';

const text = partnersText.activity;
const ROWS = 50;

function sentence(row: ActivityRow): string {
  if (row.kind === 'event') return eventSentence(row.event);
  return row.kind === 'session' ? homeText.visit(row.uploads, row.downloads, row.failures) : String(row.count);
}

const COLUMNS: readonly Column<ActivityRow>[] = [
  { id: 'what', title: text.columns.what, cell: sentence },
  {
    id: 'bytes',
    title: text.columns.bytes,
    align: 'end',
    wideOnly: true,
    cell: (row) =>
      row.kind === 'session' ? (
        <Bytes value={row.bytesIn + row.bytesOut} />
      ) : row.kind === 'event' && row.event.bytes !== null ? (
        <Bytes value={row.event.bytes} />
      ) : null,
  },
  {
    id: 'when',
    title: text.columns.when,
    align: 'end',
    cell: (row) => <Time at={row.kind === 'event' ? row.event.timestamp : (row.endedAt ?? row.startedAt)} show="date-time" />,
  },
];

/** The latest visits of the partner; the timeline has all of them. */
export function ActivityTab({ account }: { readonly account: Account }): ReactElement {
  const list = useQuery('activity.list', { username: account.username, limit: ROWS });
  if (list.data === undefined) {
    return list.error === undefined ? (
      <Skeleton rows={6} shape="row" />
    ) : (
      <ErrorState title={text.cannotRead} error={list.error} effect={partnersText.effect} onRetry={list.reload} />
    );
  }
  if (list.data.rows.length === 0) {
    return (
      <EmptyState
        icon={Activity}
        title={text.empty}
        action={
          <Link href={routes.partner(account.username, 'sheet')} button="primary">
            {partnersText.toSheet}
          </Link>
        }
      >
        {text.emptyBody}
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Link href={routes.activity(`partner=${encodeURIComponent(account.username)}`)}>{text.all}</Link>
      </div>
      <Table
        label={text.label}
        rows={list.data.rows}
        columns={COLUMNS}
        rowId={({ newestId }) => String(newestId)}
        rowName={sentence}
        rowHref={(row) => (row.kind === 'session' ? routes.session(row.sessionId) : routes.event(row.newestId))}
      />
    </div>
  );
}
