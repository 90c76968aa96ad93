import { CircleCheck, CirclePause, CircleX, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { uiText } from '../text/ui.ts';
import { classes } from './classes.ts';

export type StatusKind = 'ok' | 'notice' | 'warning' | 'failure' | 'paused';

export const STATUS_ICONS: Readonly<Record<StatusKind, LucideIcon>> = {
  ok: CircleCheck,
  notice: Info,
  warning: TriangleAlert,
  failure: CircleX,
  paused: CirclePause,
};

export const STATUS_TEXT: Readonly<Record<StatusKind, string>> = {
  ok: 'text-ok',
  notice: 'text-notice',
  warning: 'text-warning',
  failure: 'text-failure',
  paused: 'text-paused',
};

export type StatusProps = {
  readonly kind: StatusKind;
  /** The word; by default the kind's own. */
  readonly children?: ReactNode;
  /** Instead of the kind's own icon, such as one that turns. */
  readonly icon?: LucideIcon | undefined;
};

/** A state as icon, word and colour. */
export function Status({ kind, children = uiText.status[kind], icon: Icon = STATUS_ICONS[kind] }: StatusProps): ReactElement {
  return (
    <span className={classes('inline-flex items-start gap-1.5 align-top', STATUS_TEXT[kind])}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </span>
  );
}
