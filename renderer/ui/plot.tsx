import { ChartLine, Table2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { formatNumber } from '../text/format.ts';
import { uiText } from '../text/ui.ts';
import { classes } from './classes.ts';
import { FiguresTable } from './figures-table.tsx';
import { IconButton } from './icon-button.tsx';

export type PlotSeries = {
  readonly name: string;
  /** One per point. */
  readonly values: readonly number[];
  /** Default: accent for the first, slate for the second, failure where it says so. */
  readonly tone?: 'accent' | 'slate' | 'failure' | undefined;
};

export type PlotProps = {
  /** What it shows: *Files per hour*. */
  readonly title: string;
  readonly series: readonly PlotSeries[];
  /** The points in words, oldest first; the first and the last are written below the plot. */
  readonly points: readonly string[];
  /** Bars for counts per span of time (stacked), lines for what goes up and down. Default `bars`. */
  readonly kind?: 'bars' | 'lines' | undefined;
  readonly format?: ((value: number) => string) | undefined;
};

const WIDTH = 600;
const HEIGHT = 120;
const TONES = { accent: 'text-accent', slate: 'text-slate-8', failure: 'text-failure' } as const;
const DASHES = [undefined, '5 3', '2 3'] as const;

const tone = (series: PlotSeries, index: number): string => TONES[series.tone ?? (index === 0 ? 'accent' : 'slate')];

/** Figures over time, drawn thinly, with the greatest one and both ends labelled; the same figures as a table. */
export function Plot({ title, series, points, kind = 'bars', format = formatNumber }: PlotProps): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const heights = points.map((_, at) => (kind === 'bars' ? sum(series, at) : Math.max(0, ...series.map(({ values }) => values[at] ?? 0))));
  const top = Math.max(1, ...heights);
  return (
    <figure className="flex flex-col gap-2">
      <figcaption className="flex items-center justify-between gap-4">
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span className="font-medium">{title}</span>
          {series.length > 1 && series.map((item, index) => <Legend key={item.name} item={item} index={index} kind={kind} />)}
        </span>
        <IconButton
          icon={asTable ? ChartLine : Table2}
          name={asTable ? uiText.showAsPlot : uiText.showAsTable}
          onClick={() => setAsTable(!asTable)}
        />
      </figcaption>
      {asTable ? (
        <FiguresTable label={title} series={series} points={points} format={format} />
      ) : (
        <div className="flex flex-col gap-1">
          <div className="figures text-end text-xs text-muted">{format(Math.max(0, ...heights))}</div>
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={spoken(title, series, points, format)}
            className="h-30 w-full overflow-visible border-b border-edge"
          >
            {kind === 'bars' ? (
              <Bars series={series} points={points} top={top} format={format} />
            ) : (
              <Lines series={series} points={points} top={top} />
            )}
          </svg>
          <div className="figures flex justify-between text-xs text-muted">
            <span>{points[0]}</span>
            <span>{points.at(-1)}</span>
          </div>
        </div>
      )}
    </figure>
  );
}

function sum(series: readonly PlotSeries[], at: number): number {
  return series.reduce((total, { values }) => total + (values[at] ?? 0), 0);
}

/** What the picture says, for who cannot see it; every figure is in the table. */
function spoken(title: string, series: readonly PlotSeries[], points: readonly string[], format: (value: number) => string): string {
  const totals = series.map(({ name, values }) => `${name}: ${uiText.upTo(format(Math.max(0, ...values)))}`);
  return `${title}, ${points[0] ?? ''} – ${points.at(-1) ?? ''}. ${totals.join(', ')}.`;
}

function Legend({
  item,
  index,
  kind,
}: {
  readonly item: PlotSeries;
  readonly index: number;
  readonly kind: 'bars' | 'lines';
}): ReactElement {
  return (
    <span className="flex items-center gap-1.5 text-sm text-muted">
      <svg aria-hidden viewBox="0 0 12 8" className={classes('h-2 w-3', tone(item, index))}>
        {kind === 'bars' ? (
          <rect x="2" width="8" height="8" rx="1" fill="currentColor" />
        ) : (
          <path d="M0 4h12" stroke="currentColor" strokeWidth="1.5" strokeDasharray={DASHES[index % DASHES.length]} />
        )}
      </svg>
      {item.name}
    </span>
  );
}

type ShapeProps = { readonly series: readonly PlotSeries[]; readonly points: readonly string[]; readonly top: number };

function Bars({ series, points, top, format }: ShapeProps & { readonly format: (value: number) => string }): ReactElement[] {
  const step = WIDTH / Math.max(1, points.length);
  const width = Math.max(1, Math.min(step * 0.5, 12));
  return points.map((point, at) => (
    <g key={point}>
      <title>{`${point}: ${series.map(({ name, values }) => `${name} ${format(values[at] ?? 0)}`).join(', ')}`}</title>
      <rect x={at * step} width={step} height={HEIGHT} fill="transparent" />
      {series.map((item, index) => {
        const value = item.values[at] ?? 0;
        const height = value === 0 ? 0 : Math.max(1.5, (value / top) * HEIGHT);
        const below = (sum(series.slice(0, index), at) / top) * HEIGHT;
        return (
          <rect
            key={item.name}
            className={tone(item, index)}
            fill="currentColor"
            x={at * step + (step - width) / 2}
            y={HEIGHT - below - height}
            width={width}
            height={height}
          />
        );
      })}
    </g>
  ));
}

function Lines({ series, points, top }: ShapeProps): ReactElement[] {
  const x = (at: number): number => (points.length < 2 ? 0 : (at / (points.length - 1)) * WIDTH);
  return series.map((item, index) => (
    <polyline
      key={item.name}
      className={tone(item, index)}
      points={points.map((_, at) => `${x(at)},${HEIGHT - ((item.values[at] ?? 0) / top) * HEIGHT}`).join(' ')}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeDasharray={DASHES[index % DASHES.length]}
      vectorEffect="non-scaling-stroke"
    />
  ));
}
