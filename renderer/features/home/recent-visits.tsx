import { type ReactElement, useEffect } from 'react';
import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import { routes } from '../../routes.ts';
import { useConsole } from '../../stores/console.ts';
import { useQuery } from '../../stores/use-query.ts';
import { homeText } from '../../text/home.ts';
import { Avatar, Bytes, type Column, Link, Skeleton, Table, Time } from '../../ui/index.ts';
import { Section } from './section.tsx';

const ROWS = 10;

type Visit = Extract<ActivityRow, { readonly kind: 'session' }>;

const COLUMNS: readonly Column<Visit>[] = [
  {
    id: 'who',
    title: homeText.visitColumns.who,
    cell: ({ displayName }) => (
      <span className="flex items-center gap-2">
        <Avatar name={displayName} />
        {displayName}
      </span>
    ),
  },
  {
    id: 'what',
    title: homeText.visitColumns.what,
    cell: ({ uploads, downloads, failures }) => homeText.visit(uploads, downloads, failures),
  },
  {
    id: 'bytes',
    title: homeText.visitColumns.bytes,
    align: 'end',
    wideOnly: true,
    cell: ({ bytesIn, bytesOut }) => <Bytes value={bytesIn + bytesOut} />,
  },
  {
    id: 'when',
    title: homeText.visitColumns.when,
    cell: ({ endedAt, startedAt }) => <Time at={endedAt ?? startedAt} show="date-time" />,
  },
];

/** The ten visits before now; the timeline has the rest. */
export function RecentVisits(): ReactElement {
  const { feed, queries } = useConsole();
  const visits = useQuery('activity.list', { groups: ['sessions', 'files'], limit: ROWS * 2 });
  // The query cache does not follow the log by itself: most screens show nothing that grows with every event.
  useEffect(
    () => feed.subscribe({ events: () => queries.invalidate('activity.list'), reset: () => queries.invalidate('activity.') }),
    [feed, queries],
  );
  const rows = visits.data?.rows.filter((row): row is Visit => row.kind === 'session').slice(0, ROWS);
  return (
    <Section title={homeText.recent} aside={<Link href={routes.activity()}>{homeText.allActivity}</Link>}>
      {rows === undefined ? (
        <Skeleton rows={4} shape="row" />
      ) : (
        <Table
          label={homeText.recent}
          rows={rows}
          columns={COLUMNS}
          rowId={({ sessionId }) => String(sessionId)}
          rowName={({ displayName }) => displayName}
          rowHref={({ sessionId }) => routes.session(sessionId)}
        />
      )}
    </Section>
  );
}
