import { Progress } from '@base-ui/react/progress';
import type { ReactElement } from 'react';
import { formatPercent } from '../text/format.ts';

export type ProgressBarProps = {
  /** What is under way, such as *invoice.pdf*. */
  readonly label: string;
  /** Share from 0 to 1; null where nobody knows. */
  readonly value: number | null;
  /** In words, such as *12 of 41 MB*; the share in per cent by default. */
  readonly words?: string | undefined;
  /** The bar alone, in a row that says the rest. */
  readonly bare?: boolean | undefined;
};

/** Work under way: a bar with what it stands for in words. */
export function ProgressBar({ label, value, words, bare = false }: ProgressBarProps): ReactElement {
  const said = words ?? (value === null ? '' : formatPercent(value));
  return (
    <Progress.Root
      value={value === null ? null : value * 100}
      aria-label={label}
      aria-valuetext={said === '' ? undefined : said}
      className="flex min-w-16 flex-col gap-1"
    >
      {!bare && (
        <span className="flex justify-between gap-3 text-sm">
          <span className="truncate">{label}</span>
          <span className="figures shrink-0 text-muted">{said}</span>
        </span>
      )}
      <Progress.Track className="h-1 overflow-hidden rounded-full bg-slate-5 forced-colors:border">
        {value === null ? (
          <span className="running block h-full w-1/3 rounded-full bg-accent" />
        ) : (
          <Progress.Indicator className="h-full rounded-full bg-accent forced-colors:bg-[Highlight]" />
        )}
      </Progress.Track>
    </Progress.Root>
  );
}
