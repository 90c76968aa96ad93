import type { ReactElement } from 'react';
import type { ActivityRow } from '../../../engine/contract/methods/activity.ts';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Duration, type KeyValue, KeyValues, Link, Panel, Time } from '../../ui/index.ts';
import { useDetailView } from './detail-view.ts';
import { AbsentDetails, CopyLink, type DetailsProps, DetailsSection } from './details-parts.tsx';
import { sessionListHref } from './links.ts';
import { SessionMark } from './outcome.tsx';
import { SessionEvents } from './session-events.tsx';

const text = activityText.details;

type Session = Extract<ActivityRow, { readonly kind: 'session' }>;

/** One visit of a partner, with everything that happened in it. */
export function SessionDetails({ id, query, onClose }: DetailsProps): ReactElement {
  const found = useQuery('activity.list', { sessionId: id, limit: 1 });
  const row = found.data?.rows.find((one): one is Session => one.kind === 'session');
  useDetailView('session', id);
  if (row === undefined) return <AbsentDetails found={found} onClose={onClose} />;
  return (
    <Panel
      title={`${row.displayName}: ${activityText.session(row.uploads, row.downloads, row.endedAt === null)}`}
      onClose={onClose}
      tools={<CopyLink path={routes.session(id)} />}
      actions={
        <Link button="secondary" href={sessionListHref(id)}>
          {activityText.allAsList}
        </Link>
      }
    >
      <KeyValues items={facts(row)} />
      <DetailsSection title={activityText.sessionEvents}>
        <div className="@container -mx-4">
          <SessionEvents sessionId={id} newestId={row.newestId} query={query} />
        </div>
      </DetailsSection>
    </Panel>
  );
}

function facts(row: Session): KeyValue[] {
  const { username, displayName, protocol, address, client, startedAt, endedAt, failures, ruleRuns } = row;
  return [
    { key: text.who, value: <Link href={routes.partner(username)}>{displayName}</Link> },
    { key: text.outcome, value: <SessionMark ended={endedAt !== null} failures={failures} /> },
    { key: text.started, value: <Time at={startedAt} show="date-time" /> },
    { key: text.ended, value: endedAt === null ? text.stillHere : <Time at={endedAt} show="date-time" /> },
    { key: text.duration, value: endedAt === null ? null : <Duration ms={Date.parse(endedAt) - Date.parse(startedAt)} /> },
    { key: text.received, value: row.uploads === 0 ? null : text.amount(row.uploads, row.bytesIn) },
    { key: text.fetched, value: row.downloads === 0 ? null : text.amount(row.downloads, row.bytesOut) },
    { key: text.ruleRuns, value: ruleRuns === 0 ? null : activityText.runs(ruleRuns) },
    { key: text.from, value: activityText.from(protocol, address) },
    { key: text.program, value: client, mono: true },
  ];
}
