import type { ReactElement } from 'react';
import type { PlotSeries } from './plot.tsx';

type FiguresTableProps = {
  readonly label: string;
  readonly series: readonly PlotSeries[];
  readonly points: readonly string[];
  readonly format: (value: number) => string;
};

/** The figures of a plot as a table, newest first. */
export function FiguresTable({ label, series, points, format }: FiguresTableProps): ReactElement {
  return (
    // The region scrolls, so that keyboards have to reach it.
    <div tabIndex={0} role="region" aria-label={label} className="max-h-60 overflow-y-auto rounded-control border border-line">
      <table className="w-full text-sm">
        <caption className="sr-only">{label}</caption>
        <thead className="sticky top-0 bg-sunken text-xs text-muted">
          <tr>
            <td className="h-7 px-3" />
            {series.map(({ name }) => (
              <th key={name} scope="col" className="px-3 text-end font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((_, index) => {
            const at = points.length - 1 - index;
            return (
              <tr key={at}>
                <th scope="row" className="h-7 px-3 text-start font-normal whitespace-nowrap">
                  {points[at]}
                </th>
                {series.map(({ name, values }) => (
                  <td key={name} className="figures px-3 text-end">
                    {format(values[at] ?? 0)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
