import { Field as BaseField } from '@base-ui/react/field';
import { CircleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useAfterPress } from './use-after-press.ts';

export type FieldProps = {
  readonly label: string;
  /** What is asked for and why, below the control. */
  readonly help?: ReactNode;
  /** What is wrong and how to put it right; shown in place of nothing else, so that the help stays in sight. */
  readonly error?: string | undefined;
  /** Name in the form: error summaries find the control by it. */
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Beside the label, at its end, such as *Optional* or a link. */
  readonly aside?: ReactNode;
  /** Says the label to screen readers only, where the place says it to everybody else. */
  readonly hideLabel?: boolean | undefined;
  /** One control of the kit. */
  readonly children: ReactNode;
};

/** A control with its label above, help below and error in place, wired by id. */
export function Field({ label, help, error: found, name, disabled = false, aside, hideLabel = false, children }: FieldProps): ReactElement {
  const error = useAfterPress(found);
  return (
    <BaseField.Root
      name={name}
      disabled={disabled}
      invalid={error !== undefined}
      data-field={name}
      className="flex min-w-0 flex-col gap-1.5"
    >
      <div className={hideLabel ? 'sr-only' : 'flex items-baseline justify-between gap-3'}>
        <BaseField.Label className="font-medium">{label}</BaseField.Label>
        {aside !== undefined && <span className="text-sm text-muted">{aside}</span>}
      </div>
      {children}
      {error !== undefined && (
        <BaseField.Error match className="flex items-start gap-1.5 text-sm text-failure">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>{error}</span>
        </BaseField.Error>
      )}
      {help !== undefined && <BaseField.Description className="max-w-prose text-sm text-muted">{help}</BaseField.Description>}
    </BaseField.Root>
  );
}
