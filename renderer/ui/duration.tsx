import type { ReactElement } from 'react';
import { formatDuration, formatNumber } from '../text/format.ts';

/** A length of time in ms as people read it, such as 2 min 5 s; the exact one on hover. */
export function Duration({ ms }: { readonly ms: number }): ReactElement {
  return (
    <span title={`${formatNumber(ms)} ms`} className="figures whitespace-nowrap">
      {formatDuration(ms)}
    </span>
  );
}
