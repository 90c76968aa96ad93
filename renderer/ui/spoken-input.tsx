import { type ReactElement, useState } from 'react';
import type { Parsed } from '../forms/human-values.ts';
import { TextInput, type TextInputProps } from './text-input.tsx';

/** What inputs of spoken values take. */
export type SpokenInputProps<Value> = Pick<TextInputProps, 'name' | 'disabled' | 'placeholder' | 'onBlur' | 'aria-label'> & {
  /** Null while nothing is entered. */
  readonly value: Value | null;
  /** Called with each value that the text makes, and with null for an empty one. */
  readonly onChange: (value: Value | null) => void;
  /** Called with what is wrong with the text, undefined when it is right; show it as the Field's error. */
  readonly onProblem?: ((message: string | undefined) => void) | undefined;
};

type Language<Value> = { readonly parse: (text: string) => Parsed<Value>; readonly format: (value: Value) => string };

/** A value typed as people say it. The text stays as typed; what was understood is said below in other words, exactly. */
export function SpokenInput<Value>({
  value,
  onChange,
  onProblem,
  parse,
  format,
  ...rest
}: SpokenInputProps<Value> & Language<Value>): ReactElement {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const written = value === null ? '' : format(value);
  const reading = typed === undefined || typed.trim() === '' ? undefined : parse(typed);
  // A value that came from elsewhere meanwhile wins over the text that was typed for another one.
  const current = typed !== undefined && (reading === undefined ? value === null : !reading.ok || format(reading.value) === written);
  const text = current ? typed : written;

  function change(next: string): void {
    setTyped(next);
    if (next.trim() === '') {
      onProblem?.(undefined);
      onChange(null);
      return;
    }
    const parsed = parse(next);
    onProblem?.(parsed.ok ? undefined : parsed.message);
    if (parsed.ok) onChange(parsed.value);
  }

  return (
    <div className="flex flex-col gap-1">
      <TextInput {...rest} value={text} onChange={change} />
      <span role="status" className="text-sm text-muted empty:hidden">
        {current && reading?.ok === true && written !== typed.trim() && `= ${written}`}
      </span>
    </div>
  );
}
