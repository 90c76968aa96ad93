import type { ReactElement } from 'react';
import { formatBytes, formatNumber } from '../text/format.ts';

/** A size as people read it, such as 2.1 MB; the exact number on hover. */
export function Bytes({ value }: { readonly value: number }): ReactElement {
  return (
    <span title={`${formatNumber(value)} B`} className="figures whitespace-nowrap">
      {formatBytes(value)}
    </span>
  );
}
