import { NumberField } from '@base-ui/react/number-field';
import { ChevronDown, ChevronUp } from 'lucide-react';
import type { ReactElement } from 'react';
import { LOCALE } from '../text/format.ts';
import { uiText } from '../text/ui.ts';

export type NumberInputProps = {
  /** Null while it is empty. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly name?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  /** After the figure, such as *seconds*. */
  readonly unit?: string | undefined;
  /** False for ports and the like, which have no thousands. Default true. */
  readonly grouping?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly 'aria-label'?: string | undefined;
};

/** A number; arrow keys and the small buttons step it. What is out of bounds is left for the form to complain about. */
export function NumberInput({
  value,
  onChange,
  onBlur,
  unit,
  grouping = true,
  'aria-label': label,
  min,
  max,
  step = 1,
  ...rest
}: NumberInputProps): ReactElement {
  return (
    <div className="flex items-center gap-2">
      <NumberField.Root
        {...rest}
        min={min}
        max={max}
        step={step}
        allowOutOfRange
        value={value}
        onValueChange={(next) => onChange(next)}
        locale={LOCALE}
        format={{ useGrouping: grouping, maximumFractionDigits: 0 }}
      >
        <NumberField.Group className="relative w-32">
          <NumberField.Input aria-label={label} onBlur={onBlur} className="control figures h-8 w-full ps-2.5 pe-8" />
          <div className="absolute inset-y-px end-px flex w-6 flex-col overflow-hidden rounded-e-[5px] text-muted">
            <NumberField.Increment
              aria-label={uiText.increase}
              tabIndex={-1}
              className="flex h-1/2 items-center justify-center hover:bg-hover"
            >
              <ChevronUp aria-hidden className="size-3" />
            </NumberField.Increment>
            <NumberField.Decrement
              aria-label={uiText.decrease}
              tabIndex={-1}
              className="flex h-1/2 items-center justify-center hover:bg-hover"
            >
              <ChevronDown aria-hidden className="size-3" />
            </NumberField.Decrement>
          </div>
        </NumberField.Group>
      </NumberField.Root>
      {unit !== undefined && <span className="text-muted">{unit}</span>}
    </div>
  );
}
