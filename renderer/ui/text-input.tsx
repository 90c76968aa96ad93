import { Field as BaseField } from '@base-ui/react/field';
import type { ReactElement, ReactNode, Ref } from 'react';
import { classes } from './classes.ts';

/** What every text control takes. Outside of a Field it needs an `aria-label`. */
export type TextControlProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly name?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly required?: boolean | undefined;
  /** JetBrains Mono, for paths, fingerprints, code. */
  readonly mono?: boolean | undefined;
  readonly autoFocus?: boolean | undefined;
  readonly maxLength?: number | undefined;
  readonly 'aria-label'?: string | undefined;
};

export type TextInputProps = TextControlProps & {
  readonly type?: 'text' | 'email' | 'url' | 'password' | 'date' | 'time' | 'datetime-local' | undefined;
  readonly autoComplete?: string | undefined;
  readonly inputMode?: 'text' | 'numeric' | 'email' | 'url' | undefined;
  /** Inside the control, before and after the text. */
  readonly before?: ReactNode;
  readonly after?: ReactNode;
  readonly onKeyDown?: ((event: { readonly key: string; preventDefault(): void }) => void) | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
};

export function TextInput({
  value,
  onChange,
  mono = false,
  before,
  after,
  autoComplete = 'off',
  type = 'text',
  ...rest
}: TextInputProps): ReactElement {
  const input = (
    <BaseField.Control
      {...rest}
      type={type}
      autoComplete={autoComplete}
      spellCheck={mono ? false : undefined}
      value={value}
      onValueChange={(next) => onChange(next)}
      className={classes(
        'control h-8 w-full min-w-0 px-2.5',
        mono && 'font-mono text-sm',
        before !== undefined && 'ps-8',
        after !== undefined && 'pe-16',
      )}
    />
  );
  if (before === undefined && after === undefined) return input;
  return (
    <div className="relative">
      {before !== undefined && (
        <span className="pointer-events-none absolute inset-y-0 start-0 flex w-8 items-center justify-center text-muted">{before}</span>
      )}
      {input}
      {after !== undefined && <span className="absolute inset-y-0 end-0 flex items-center pe-1">{after}</span>}
    </div>
  );
}
