import { Field as BaseField } from '@base-ui/react/field';
import type { ReactElement, Ref } from 'react';
import { classes } from './classes.ts';
import type { TextControlProps } from './text-input.tsx';

export type TextAreaProps = TextControlProps & {
  /** Lines shown at first; the reader can pull it larger. */
  readonly rows?: number | undefined;
  readonly ref?: Ref<HTMLTextAreaElement> | undefined;
};

export function TextArea({ value, onChange, mono = false, rows = 4, ref, ...rest }: TextAreaProps): ReactElement {
  return (
    <BaseField.Control
      {...rest}
      value={value}
      onValueChange={(next) => onChange(next)}
      render={<textarea ref={ref} rows={rows} spellCheck={!mono} />}
      className={classes('control min-h-16 w-full px-2.5 py-1.5', mono && 'font-mono text-sm')}
    />
  );
}
