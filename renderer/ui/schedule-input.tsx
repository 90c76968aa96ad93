import type { ReactElement } from 'react';
import { formatSchedule, parseSchedule } from '../forms/human-values.ts';
import { SpokenInput, type SpokenInputProps } from './spoken-input.tsx';

/** Rows of five cron fields, typed as "weekdays 17:00" or "every 15 minutes". */
export function ScheduleInput(props: SpokenInputProps<readonly string[]>): ReactElement {
  return <SpokenInput {...props} parse={parseSchedule} format={formatSchedule} />;
}
