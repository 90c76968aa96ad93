import { CircleX } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { ErrorData } from '../../engine/contract/errors.ts';
import { uiText } from '../text/ui.ts';
import { Button } from './button.tsx';
import { CopyText } from './copy-text.tsx';

export type ErrorStateProps = {
  /** An AppError is one too. Its message says what happened and what to do. */
  readonly error: Pick<ErrorData, 'code' | 'message'>;
  /** The short heading: *The timeline cannot be read*. */
  readonly title: string;
  /** What it means for partners: *Partners can still connect and send files.* */
  readonly effect?: ReactNode;
  /** The call again, with *Try again*. */
  readonly onRetry?: (() => void) | undefined;
  /** Another way out, beside or instead of *Try again*. */
  readonly action?: ReactNode;
};

/** Something failed: what happened, what it means for partners, what to do, and a code to quote. */
export function ErrorState({ error, title, effect, onRetry, action }: ErrorStateProps): ReactElement {
  return (
    <section role="alert" className="flex max-w-form gap-3 rounded-panel border border-line bg-surface p-4">
      <CircleX aria-hidden className="mt-0.5 size-5 shrink-0 text-failure" />
      <div className="flex min-w-0 flex-col gap-3">
        <div className="flex max-w-prose flex-col gap-1">
          <p className="font-semibold">{title}</p>
          <p>{error.message}</p>
          {effect !== undefined && <p className="text-muted">{effect}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {onRetry !== undefined && <Button onClick={onRetry}>{uiText.retry}</Button>}
          {action}
          <CopyText text={error.code} name={uiText.errorCode.toLowerCase()} />
        </div>
      </div>
    </section>
  );
}
