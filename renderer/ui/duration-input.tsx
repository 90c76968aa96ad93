import type { ReactElement } from 'react';
import { formatDurationExact, parseDuration } from '../forms/human-values.ts';
import { SpokenInput, type SpokenInputProps } from './spoken-input.tsx';

/** A length of time in ms, typed as "90 days" or "1 h 30 min". */
export function DurationInput(props: SpokenInputProps<number>): ReactElement {
  return <SpokenInput {...props} parse={parseDuration} format={formatDurationExact} />;
}
