import { Activity } from 'lucide-react';
import type { ReactElement } from 'react';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Button, EmptyState, Link, Skeleton } from '../../ui/index.ts';
import { MOST_ROWS, type Timeline } from './timeline.ts';

export type ListFootProps = {
  readonly timeline: Timeline;
  readonly loading: boolean;
  readonly unfiltered: boolean;
  readonly onMore: () => void;
};

/** What follows the last row that was read: more, the end, or that nobody has come yet. */
export function ListFoot({ timeline, loading, unfiltered, onMore }: ListFootProps): ReactElement {
  const { rows, cursor, partial } = timeline;
  if (loading) {
    return (
      <div className="px-6">
        <Skeleton rows={2} shape="row" words={activityText.loadingOlder} />
      </div>
    );
  }
  if (rows.length >= MOST_ROWS && cursor !== null) return <Line words={activityText.bounded(rows.length)} />;
  if (cursor !== null) {
    return (
      <Line words={partial ? activityText.partial : ''}>
        <Button small onClick={onMore}>
          {partial ? activityText.searchFurther : activityText.older}
        </Button>
      </Line>
    );
  }
  const nobodyYet = unfiltered && rows.every((row) => row.kind === 'event' && row.event._user === null);
  return nobodyYet ? <NobodyYet /> : <Line words={unfiltered ? activityText.end : activityText.endOfHits} />;
}

function Line({ words, children }: { readonly words: string; readonly children?: ReactElement }): ReactElement {
  return (
    <p className="flex min-h-9 flex-wrap items-center gap-3 px-6 py-2 text-sm text-muted">
      {words}
      {children}
    </p>
  );
}

function NobodyYet(): ReactElement {
  const [account] = useQuery('accounts.list', {}).data ?? [];
  return (
    <EmptyState
      icon={Activity}
      title={activityText.empty.title}
      action={
        account === undefined ? (
          <Link href={routes.newPartner()} button="primary">
            {activityText.empty.addPartner}
          </Link>
        ) : (
          <Link href={routes.partner(account.username, 'sheet')} button="primary">
            {activityText.empty.openSheet}
          </Link>
        )
      }
    >
      {activityText.empty.body}
    </EmptyState>
  );
}
