import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { type ReactElement, type ReactNode, useId } from 'react';
import { useSwitchedOff } from './switched-off.tsx';

export type CheckboxProps = {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly help?: ReactNode;
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Some of what it stands for is chosen. */
  readonly mixed?: boolean | undefined;
  readonly hideLabel?: boolean | undefined;
};

export function Checkbox({
  label,
  checked,
  onChange,
  help,
  mixed = false,
  hideLabel = false,
  name,
  disabled = false,
}: CheckboxProps): ReactElement {
  const id = useId();
  const box = (
    <BaseCheckbox.Root
      name={name}
      disabled={useSwitchedOff() || disabled}
      checked={checked}
      indeterminate={mixed}
      onCheckedChange={(next) => onChange(next)}
      aria-label={hideLabel ? label : undefined}
      aria-labelledby={hideLabel ? undefined : `${id}-label`}
      aria-describedby={help === undefined || hideLabel ? undefined : `${id}-help`}
      className="relative mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-edge bg-surface transition-colors before:absolute before:-inset-1 data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent data-indeterminate:bg-accent data-disabled:opacity-50"
    >
      <BaseCheckbox.Indicator className="text-on-accent forced-colors:text-[CanvasText]">
        {mixed ? <Minus aria-hidden className="size-3" strokeWidth={3} /> : <Check aria-hidden className="size-3" strokeWidth={3} />}
      </BaseCheckbox.Indicator>
    </BaseCheckbox.Root>
  );
  if (hideLabel) return box;
  return (
    <label className="flex min-h-6 items-start gap-2.5">
      {box}
      <span className="flex min-w-0 flex-col">
        <span id={`${id}-label`}>{label}</span>
        {help !== undefined && (
          <span id={`${id}-help`} className="max-w-prose text-sm text-muted">
            {help}
          </span>
        )}
      </span>
    </label>
  );
}
