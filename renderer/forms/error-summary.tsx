import { CircleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useRef } from 'react';
import { formsText } from '../text/forms.ts';
import { focusField } from './field-errors.ts';

export type SummaryError = {
  /** The Field's name. */
  readonly field: string;
  readonly title: string;
  readonly message: string;
};

export type ErrorSummaryProps = {
  readonly errors: readonly SummaryError[];
  /** Counts attempts to go on: each one moves the focus here while there are errors. */
  readonly attempt: number;
};

/** Everything that keeps a form from going on, each with a link to its field. Nothing while there is nothing. */
export function ErrorSummary({ errors, attempt }: ErrorSummaryProps): ReactElement | null {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempt > 0) box.current?.focus();
  }, [attempt]);
  if (errors.length === 0) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className="flex gap-3 rounded-control bg-failure-soft px-3 py-2 forced-colors:border">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-failure" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium">{formsText.summary(errors.length)}</p>
        <ul className="flex flex-col">
          {errors.map(({ field, title, message }) => (
            <li key={field}>
              <button
                type="button"
                onClick={() => focusField(field)}
                className="min-h-6 rounded-sm text-start text-link underline decoration-link/40 underline-offset-3 hover:decoration-current"
              >
                {title}: {message}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
