import { Circle, CircleCheck, CircleMinus, CircleX, LoaderCircle, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { CheckRow } from '../../engine/contract/methods/setup.ts';
import { uiText } from '../text/ui.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

const LOOKS: Readonly<Record<CheckRow['state'], readonly [LucideIcon, string]>> = {
  waiting: [Circle, 'text-slate-9'],
  running: [LoaderCircle, 'text-notice animate-spin'],
  passed: [CircleCheck, 'text-ok'],
  warning: [TriangleAlert, 'text-warning'],
  failed: [CircleX, 'text-failure'],
  skipped: [CircleMinus, 'text-paused'],
};

export type CheckRowsProps = {
  /** What is checked, for screen readers. */
  readonly label: string;
  readonly rows: readonly CheckRow[];
  /** Carries out a row's remedy. Without it no *Fix* is shown. */
  readonly onFix?: ((row: CheckRow) => void) | undefined;
  /** Id of the row whose remedy is being carried out. */
  readonly fixing?: string | undefined;
};

/** Checks that run by themselves, a row each. */
export function CheckRows({ label, rows, onFix, fixing }: CheckRowsProps): ReactElement {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-panel border border-line bg-surface">
      {rows.map((row) => {
        const [Icon, look] = LOOKS[row.state];
        return (
          <li key={row.id} className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3 py-2.5">
            <Icon aria-hidden className={classes('mt-0.5 size-4 shrink-0', look)} />
            <div className="flex min-w-40 flex-1 flex-col">
              <span className="font-medium">{row.title}</span>
              {row.message !== '' && <span className="text-sm text-muted">{row.message}</span>}
            </div>
            <span className="text-sm text-muted">{uiText.check[row.state]}</span>
            {row.fix !== null && onFix !== undefined && (
              <Button small busy={fixing === row.id} onClick={() => onFix(row)}>
                {row.fix.title}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
