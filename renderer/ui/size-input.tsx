import type { ReactElement } from 'react';
import { formatSizeExact, parseSize } from '../forms/human-values.ts';
import { SpokenInput, type SpokenInputProps } from './spoken-input.tsx';

/** Bytes, typed as "2 GB" or "1.5 GiB". */
export function SizeInput(props: SpokenInputProps<number>): ReactElement {
  return <SpokenInput {...props} parse={parseSize} format={formatSizeExact} />;
}
