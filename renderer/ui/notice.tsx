import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { uiText } from '../text/ui.ts';
import { classes } from './classes.ts';
import { IconButton } from './icon-button.tsx';
import { STATUS_ICONS, STATUS_TEXT, type StatusKind } from './status.tsx';

export type NoticeProps = {
  readonly kind: StatusKind;
  readonly title?: string | undefined;
  readonly children?: ReactNode;
  /** A Button or Link. */
  readonly action?: ReactNode;
  readonly onDismiss?: (() => void) | undefined;
  /** Across the whole width at the top of a page, without corners. */
  readonly banner?: boolean | undefined;
  /** Said by screen readers as soon as it appears. */
  readonly live?: boolean | undefined;
};

const GROUNDS: Readonly<Record<StatusKind, string>> = {
  ok: 'bg-ok-soft',
  notice: 'bg-notice-soft',
  warning: 'bg-warning-soft',
  failure: 'bg-failure-soft',
  paused: 'bg-paused-soft',
};

/** Something to know, in its place on the page; it stays until it is over or dismissed. */
export function Notice({ kind, title, children, action, onDismiss, banner = false, live = false }: NoticeProps): ReactElement {
  const Icon = STATUS_ICONS[kind];
  return (
    <div
      role={live ? 'status' : undefined}
      className={classes('flex items-start gap-3 px-3 py-2 forced-colors:border', GROUNDS[kind], !banner && 'rounded-control')}
    >
      <Icon aria-hidden className={classes('mt-0.5 size-4 shrink-0', STATUS_TEXT[kind])} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-48 flex-1">
          <span className="sr-only">{uiText.status[kind]}: </span>
          {title !== undefined && <p className="font-medium">{title}</p>}
          {children !== undefined && <div>{children}</div>}
        </div>
        {action}
      </div>
      {onDismiss !== undefined && <IconButton small icon={X} name={uiText.dismiss} onClick={onDismiss} />}
    </div>
  );
}
