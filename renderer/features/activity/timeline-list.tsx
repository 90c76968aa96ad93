import { ArrowUp } from 'lucide-react';
import { type ReactElement, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useConsole, useLive } from '../../stores/console.ts';
import { activityText } from '../../text/activity.ts';
import { Button, ErrorState, Notice, Skeleton, VirtualList, type VirtualListHandle } from '../../ui/index.ts';
import { ListFoot } from './list-foot.tsx';
import { NoHits } from './no-hits.tsx';
import { EVERYTHING, formatQuery, type TimelineQuery, toFilter } from './query.ts';
import { type TimelineItem, timelineItems } from './timeline-items.ts';
import { TimelineRow } from './timeline-row.tsx';
import { createTimelineStore, NEWEST } from './timeline-store.ts';

const FOOT = 'foot';
type Item = TimelineItem | typeof FOOT;

export type TimelineListHandle = {
  /** Moves the focus into the list, to its first row. */
  readonly focus: () => void;
};

export type TimelineListProps = {
  readonly query: TimelineQuery;
  /** Key of the row whose details are open. */
  readonly openKey: string | undefined;
  /** The person wants to see what is new; it comes in by itself as long as the top is in sight. */
  readonly live: boolean;
  readonly now: number;
  readonly ref?: Ref<TimelineListHandle> | undefined;
};

/**
 * The rows: only those in sight exist; older ones are read as one scrolls, new ones come in at the top of a live list. One per query: give
 * it the query as its key.
 */
export function TimelineList({ query, openKey, live, now, ref }: TimelineListProps): ReactElement {
  const console = useConsole();
  const [store] = useState(() => createTimelineStore(console, { ...toFilter(query, Date.now()), flat: query.flat }));
  useEffect(() => store.start(), [store]);
  const { timeline, error, loadingOlder, waiting, fresh, arrived } = useStore(store.state);
  const sessions = useLive((known) => known.sessions);
  const list = useRef<VirtualListHandle>(null);
  const [atTop, setAtTop] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const unfiltered = formatQuery({ ...query, flat: false }) === formatQuery(EVERYTHING);
  useEffect(() => store.follow(live && atTop), [store, live, atTop]);
  useImperativeHandle(ref, () => ({ focus: () => list.current?.focus(0) }));

  if (timeline === undefined) {
    return (
      <div className="p-4">
        {error === undefined ? (
          <Skeleton rows={8} shape="row" words={activityText.loading} />
        ) : (
          <ErrorState title={activityText.cannotRead} error={error} effect={activityText.effect} onRetry={() => store.retry()} />
        )}
      </div>
    );
  }
  const items = timelineItems(timeline.rows, query.flat ? [] : sessions, {
    now,
    invented: unfiltered,
    runningHeading: activityText.runningNow,
  });
  if (items.length === 0 && timeline.cursor === null && !unfiltered) return <NoHits query={query} now={now} />;

  const toggle = (key: string): void => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const jump = (): void => {
    list.current?.scrollToTop();
    store.bringIn();
  };
  return (
    <div className="@container relative flex min-h-0 flex-1 flex-col">
      {error !== undefined && (
        <Notice
          kind="failure"
          banner
          live
          action={
            <Button small onClick={() => store.retry()}>
              {activityText.retry}
            </Button>
          }
        >
          {activityText.cannotGoOn} {error.message}
        </Notice>
      )}
      {waiting > 0 && (
        <div className="pointer-events-none absolute inset-x-0 top-2 z-[3] flex justify-center">
          <span className="pointer-events-auto rounded-control shadow-float">
            <Button small icon={ArrowUp} onClick={jump}>
              {activityText.waiting(waiting, NEWEST)}
            </Button>
          </span>
        </div>
      )}
      <VirtualList<Item>
        ref={list}
        label={activityText.list}
        items={[...items, FOOT]}
        itemKey={(item) => (item === FOOT ? FOOT : item.key)}
        total={timeline.cursor === null ? items.length + 1 : -1}
        onAtTop={setAtTop}
        onEndNear={() => {
          if (!timeline.partial) store.loadOlder();
        }}
        renderItem={(item) =>
          item === FOOT ? (
            <ListFoot timeline={timeline} loading={loadingOlder} unfiltered={unfiltered} onMore={() => store.loadOlder()} />
          ) : (
            <TimelineRow
              item={item}
              query={query}
              current={item.key === openKey}
              open={open.has(item.key)}
              fresh={fresh.has(item.key)}
              onToggle={() => toggle(item.key)}
            />
          )
        }
      />
      <Arrivals count={arrived} />
    </div>
  );
}

const ANNOUNCE_EVERY_MS = 10_000;

/** Says how many rows came in, at most every ten seconds: a busy server would never let a screen reader finish. */
function Arrivals({ count }: { readonly count: number }): ReactElement {
  const latest = useRef(count);
  const [said, setSaid] = useState({ count: 0, words: '' });
  useEffect(() => {
    latest.current = count;
  }, [count]);
  useEffect(() => {
    const timer = setInterval(() => {
      setSaid((before) => {
        const news = latest.current - before.count;
        return news > 0 ? { count: latest.current, words: activityText.arrived(news) } : before;
      });
    }, ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="status" className="sr-only">
      {said.words}
    </span>
  );
}
