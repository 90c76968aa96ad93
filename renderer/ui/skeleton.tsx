import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';

export type SkeletonProps = {
  /** How many lines or rows. Default 1. */
  readonly rows?: number | undefined;
  /** `row` is as high as a table's row. Default `line`. */
  readonly shape?: 'line' | 'row' | 'block' | undefined;
  /** What is waited for; said to screen readers at once and shown after a second. */
  readonly words?: string | undefined;
};

const HEIGHTS = { line: 'h-5', row: 'h-9', block: 'h-24' } as const;
const WIDTHS = ['w-4/5', 'w-3/5', 'w-11/12', 'w-2/3'] as const;

/** The shape of what is being loaded, so that nothing jumps when it comes. */
export function Skeleton({ rows = 1, shape = 'line', words = uiText.loading }: SkeletonProps): ReactElement {
  return (
    <div role="status" className="flex flex-col">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} aria-hidden className={`flex items-center ${HEIGHTS[shape]}`}>
          <div
            className={
              shape === 'block'
                ? 'h-full w-full rounded-panel bg-sunken'
                : `h-3 rounded-full bg-slate-4 ${WIDTHS[index % WIDTHS.length] ?? ''}`
            }
          />
        </div>
      ))}
      <span className="appear-late text-sm text-muted">{words}</span>
    </div>
  );
}
