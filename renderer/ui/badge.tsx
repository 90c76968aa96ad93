import type { ReactElement, ReactNode } from 'react';
import { classes } from './classes.ts';

export type Tone = 'neutral' | 'ok' | 'notice' | 'warning' | 'failure' | 'paused';

const TONES: Readonly<Record<Tone, string>> = {
  neutral: 'bg-slate-4 text-text',
  ok: 'bg-ok-soft text-ok',
  notice: 'bg-notice-soft text-notice',
  warning: 'bg-warning-soft text-warning',
  failure: 'bg-failure-soft text-failure',
  paused: 'bg-paused-soft text-paused',
};

/** A word or a count beside something. For a state with its icon, Status. */
export function Badge({ children, tone = 'neutral' }: { readonly children: ReactNode; readonly tone?: Tone | undefined }): ReactElement {
  return (
    <span
      className={classes(
        'figures inline-flex h-5 items-center align-top rounded-full px-2 text-xs font-medium whitespace-nowrap forced-colors:border',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
