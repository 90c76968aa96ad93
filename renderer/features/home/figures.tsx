import type { ReactElement } from 'react';
import type { Output } from '../../../engine/contract/rpc.ts';
import { useQuery } from '../../stores/use-query.ts';
import { formatBytes, formatDate } from '../../text/format.ts';
import { homeText } from '../../text/home.ts';
import { ErrorState, Plot, Skeleton } from '../../ui/index.ts';
import { Section } from './section.tsx';
import { useNow } from './use-now.ts';

const DAY_MS = 86_400_000;
const DAYS = 14;
const MOST_PARTNERS = 8;

type Point = Output<'activity.plot'>['points'][number];

/** Today in figures, and the last two weeks as plots. */
export function Figures(): ReactElement {
  const today = startOfDay(useNow());
  const range = {
    from: new Date(today - (DAYS - 1) * DAY_MS).toISOString(),
    to: new Date(today + DAY_MS).toISOString(),
    bucket: 'day' as const,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  const days = useQuery('activity.plot', range);
  const byUser = useQuery('activity.plot', { ...range, byUser: true });
  if (days.data === undefined) {
    return days.error === undefined ? (
      <Skeleton rows={3} />
    ) : (
      <ErrorState title={homeText.cannotRead} error={days.error} effect={homeText.cannotReadEffect} onRetry={days.reload} />
    );
  }
  const points = days.data.points;
  const last = points.find(({ at }) => startOfDay(Date.parse(at)) === today);
  const labels = points.map(({ at }) => formatDate(at));
  const partners = totalsByPartner(byUser.data?.points ?? []);
  return (
    <Section title={homeText.today}>
      <dl className="grid grid-cols-3 gap-4 max-sm:grid-cols-1">
        <Figure name={homeText.filesIn} value={homeText.files(last?.filesIn ?? 0, last?.bytesIn ?? 0)} />
        <Figure name={homeText.filesOut} value={homeText.files(last?.filesOut ?? 0, last?.bytesOut ?? 0)} />
        <Figure name={homeText.failures} value={String(last?.failures ?? 0)} />
      </dl>
      <div className="grid grid-cols-2 gap-8 pt-2 max-lg:grid-cols-1">
        <Plot
          title={homeText.plotTitle}
          points={labels}
          series={[
            { name: homeText.filesIn, values: points.map(({ filesIn }) => filesIn) },
            { name: homeText.filesOut, values: points.map(({ filesOut }) => filesOut), tone: 'slate' },
            { name: homeText.failures, values: points.map(({ failures }) => failures), tone: 'failure' },
          ]}
        />
        <Plot
          title={homeText.plotBytes}
          points={labels}
          kind="lines"
          format={formatBytes}
          series={[
            { name: homeText.filesIn, values: points.map(({ bytesIn }) => bytesIn) },
            { name: homeText.filesOut, values: points.map(({ bytesOut }) => bytesOut), tone: 'slate' },
          ]}
        />
        {partners.length > 0 && (
          <Plot
            title={homeText.plotUsers}
            points={partners.map(([name]) => name)}
            format={formatBytes}
            series={[{ name: homeText.filesIn, values: partners.map(([, bytes]) => bytes) }]}
          />
        )}
      </div>
    </Section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div className="flex flex-col gap-0.5">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="text-lg font-medium tabular-nums">{value}</dd>
    </div>
  );
}

/** Midnight of that day in the machine's zone, ms since the epoch. */
function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Bytes received per partner, most first. */
function totalsByPartner(points: readonly Point[]): [name: string, bytes: number][] {
  const totals = new Map<string, number>();
  for (const { username, bytesIn } of points)
    if (username !== null && bytesIn > 0) totals.set(username, (totals.get(username) ?? 0) + bytesIn);
  return [...totals].toSorted(([, one], [, other]) => other - one).slice(0, MOST_PARTNERS);
}
