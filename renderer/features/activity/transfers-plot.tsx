import { type ReactElement, useState } from 'react';
import type { Output } from '../../../engine/contract/rpc.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { formatDate, formatTime } from '../../text/format.ts';
import { Button, Disclosure, Notice, Plot, SegmentedControl, Skeleton } from '../../ui/index.ts';

const text = activityText.plot;
const HOUR_MS = 3_600_000;
const OPEN_KEY = 'activity.plot';

type Span = 'hours' | 'days';
type Point = Output<'activity.plot'>['points'][number];

export type TransfersPlotProps = { readonly partner: string | null; readonly now: number };

/** Transfers over the last hours or days, of one partner where one is chosen. Folded or not is remembered. */
export function TransfersPlot({ partner, now }: TransfersPlotProps): ReactElement {
  const [span, setSpan] = useState<Span>('hours');
  const remembered = useQuery('console.preferences', {}).data?.[OPEN_KEY] === true;
  const [chosen, setChosen] = useState<boolean>();
  const save = useCommand('console.savePreferences', ['console.preferences']);
  const open = chosen ?? remembered;
  const starts = bucketStarts(span, now);
  const plot = useQuery('activity.plot', {
    from: new Date(starts[0] ?? now).toISOString(),
    to: new Date(startOfHour(now) + HOUR_MS).toISOString(),
    bucket: span === 'hours' ? 'hour' : 'day',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(partner === null ? {} : { username: partner }),
  });
  const points = plot.data?.points ?? [];
  return (
    <Disclosure
      title={text.title}
      aside={plot.data !== undefined && totals(points)}
      open={open}
      onOpenChange={(next) => {
        setChosen(next);
        void save.run({ [OPEN_KEY]: next });
      }}
    >
      <div className="flex flex-col gap-2">
        <div>
          <SegmentedControl
            label={text.range}
            value={span}
            onChange={setSpan}
            segments={[
              { value: 'hours', label: text.hours },
              { value: 'days', label: text.days },
            ]}
          />
        </div>
        {plot.data !== undefined ? (
          <Drawn points={points} starts={starts} span={span} />
        ) : plot.error === undefined ? (
          <Skeleton shape="block" />
        ) : (
          <Notice
            kind="failure"
            title={text.cannotRead}
            action={
              <Button small onClick={plot.reload}>
                {activityText.retry}
              </Button>
            }
          >
            {plot.error.message}
          </Notice>
        )}
      </div>
    </Disclosure>
  );
}

function Drawn({
  points,
  starts,
  span,
}: {
  readonly points: readonly Point[];
  readonly starts: readonly number[];
  readonly span: Span;
}): ReactElement {
  // Buckets without a transfer are left out of the answer.
  const byStart = new Map(points.map((point) => [Date.parse(point.at), point]));
  const values = (key: 'filesIn' | 'filesOut' | 'failures'): number[] => starts.map((at) => byStart.get(at)?.[key] ?? 0);
  return (
    <Plot
      title={span === 'hours' ? text.byHour : text.byDay}
      points={starts.map((at) => (span === 'hours' ? `${formatDate(at)}, ${formatTime(at)}` : formatDate(at)))}
      series={[
        { name: text.filesIn, values: values('filesIn') },
        { name: text.filesOut, values: values('filesOut'), tone: 'slate' },
        { name: text.failed, values: values('failures'), tone: 'failure' },
      ]}
    />
  );
}

/** Starts of the buckets up to now, oldest first, ms: 24 hours or 30 local days. */
function bucketStarts(span: Span, now: number): number[] {
  if (span === 'hours') return Array.from({ length: 24 }, (_, index) => startOfHour(now) - (23 - index) * HOUR_MS);
  const today = new Date(now);
  return Array.from({ length: 30 }, (_, index) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - (29 - index)).getTime(),
  );
}

/** In local time: some zones are half an hour off. */
function startOfHour(ms: number): number {
  return new Date(ms).setMinutes(0, 0, 0);
}

function totals(points: readonly Point[]): string {
  const sum = (key: 'filesIn' | 'filesOut' | 'bytesIn' | 'bytesOut' | 'failures'): number =>
    points.reduce((total, point) => total + point[key], 0);
  return text.totals(sum('filesIn'), sum('filesOut'), sum('bytesIn') + sum('bytesOut'), sum('failures'));
}
