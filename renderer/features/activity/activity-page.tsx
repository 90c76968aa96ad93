import { Download } from 'lucide-react';
import { type ReactElement, useCallback, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Button, Chip, Notice, PageHeader, PanelLayout, SegmentedControl, Switch, Toolbar } from '../../ui/index.ts';
import { filterChips } from './chips.ts';
import { EventDetails } from './event-details.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FilterPopover } from './filter-popover.tsx';
import { listHref } from './links.ts';
import { EVERYTHING, formatQuery, parseQuery, type TimelineQuery, toFilter } from './query.ts';
import { SearchBox } from './search-box.tsx';
import { SessionDetails } from './session-details.tsx';
import { TimelineList, type TimelineListHandle } from './timeline-list.tsx';
import { TransfersPlot } from './transfers-plot.tsx';
import { useLogClock } from './use-log-clock.ts';
import { useNames } from './use-names.ts';
import { useListKeys } from './use-list-keys.ts';
import { ViewsPopover } from './views-popover.tsx';

/** The timeline with its filters, and the details of what the address names beside it. */
export function ActivityPage(): ReactElement {
  const [location, navigate] = useLocation();
  const search = useSearch();
  const { query, ignored } = useMemo(() => parseQuery(search), [search]);
  const details = openDetails(location);
  const close = useCallback(() => navigate(listHref(query)), [navigate, query]);
  return (
    <PanelLayout
      panel={
        details?.kind === 'event' ? (
          <EventDetails key={details.id} id={details.id} query={query} onClose={close} />
        ) : details?.kind === 'session' ? (
          <SessionDetails key={details.id} id={details.id} query={query} onClose={close} />
        ) : null
      }
    >
      <Timeline query={query} ignored={ignored} details={details} onClose={close} />
    </PanelLayout>
  );
}

type Details = { readonly kind: 'event' | 'session'; readonly id: number };

/** What the address names: `/activity/event/5`. */
function openDetails(location: string): Details | undefined {
  const [, kind, id] = /^\/activity\/(event|session)\/(\d{1,15})$/.exec(location) ?? [];
  return id === undefined ? undefined : { kind: kind === 'event' ? 'event' : 'session', id: Number(id) };
}

type TimelineProps = {
  readonly query: TimelineQuery;
  readonly ignored: readonly string[];
  readonly details: Details | undefined;
  readonly onClose: () => void;
};

function Timeline({ query, ignored, details, onClose }: TimelineProps): ReactElement {
  const [, navigate] = useLocation();
  const names = useNames();
  const now = useLogClock();
  const [live, setLive] = useState(true);
  const [exporting, setExporting] = useState(false);
  const searchInput = useRef<HTMLInputElement>(null);
  const list = useRef<TimelineListHandle>(null);
  const key = formatQuery(query);
  const show = useCallback((next: TimelineQuery) => navigate(listHref(next)), [navigate]);
  useListKeys({
    search: () => searchInput.current?.focus(),
    live: () => setLive((before) => !before),
    exportLog: () => setExporting(true),
    intoList: () => list.current?.focus(),
    back: details === undefined ? undefined : onClose,
  });
  const chips = filterChips(query, names);
  const count = useQuery('activity.count', chips.length === 0 ? undefined : toFilter(query, now)).data;

  return (
    <div className="flex min-h-0 flex-1 flex-col max-sm:h-[calc(100dvh-4rem)] max-sm:flex-none">
      <div className="@container flex flex-col gap-3 p-6 pb-3 max-sm:p-4 max-sm:pb-2">
        <PageHeader
          title={activityText.title}
          sentence={count === undefined ? activityText.sentence : activityText.counted(count.count, count.partial)}
          action={
            <Button icon={Download} onClick={() => setExporting(true)}>
              {activityText.exports.button}
            </Button>
          }
        />
        {ignored.length > 0 && <Notice kind="warning">{activityText.ignored(ignored)}</Notice>}
        <Toolbar label={activityText.filters.toolbar}>
          <SearchBox query={query} names={names} onChange={show} input={searchInput} />
          <FilterPopover query={query} names={names} onChange={show} />
          <ViewsPopover query={query} />
          <span className="ms-auto flex flex-wrap items-center gap-3">
            <Switch label={activityText.live} checked={live} onChange={setLive} />
            <SegmentedControl
              label={activityText.view}
              value={query.flat ? 'flat' : 'sessions'}
              onChange={(view) => show({ ...query, flat: view === 'flat' })}
              segments={[
                { value: 'sessions', label: activityText.sessions },
                { value: 'flat', label: activityText.flat },
              ]}
            />
          </span>
        </Toolbar>
        {chips.length > 0 && (
          <div role="group" aria-label={activityText.filters.active} className="flex flex-wrap items-center gap-2">
            {chips.map(({ id, name, value, without }) => (
              <Chip key={id} name={name} value={value} onRemove={() => show(without)} />
            ))}
            {chips.length > 1 && (
              <Button small kind="ghost" onClick={() => show({ ...EVERYTHING, flat: query.flat })}>
                {activityText.filters.clear}
              </Button>
            )}
          </div>
        )}
        <TransfersPlot partner={query.partner} now={now} />
      </div>
      <div className="flex min-h-0 flex-1 flex-col border-t border-line bg-surface">
        <TimelineList
          key={key}
          ref={list}
          query={query}
          openKey={details === undefined ? undefined : `${details.kind}-${details.id}`}
          live={live}
          now={now}
        />
      </div>
      <ExportDialog query={query} now={now} open={exporting} onClose={() => setExporting(false)} />
    </div>
  );
}
