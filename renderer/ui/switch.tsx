import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { type ReactElement, type ReactNode, useId } from 'react';
import { useSwitchedOff } from './switched-off.tsx';

export type SwitchProps = {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly help?: ReactNode;
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Says the label to screen readers only, as in a table column of switches. */
  readonly hideLabel?: boolean | undefined;
};

/** On or off, at once. In a form that is saved later, Checkbox. */
export function Switch({ label, checked, onChange, help, hideLabel = false, name, disabled = false }: SwitchProps): ReactElement {
  const id = useId();
  const knob = (
    <BaseSwitch.Root
      name={name}
      disabled={useSwitchedOff() || disabled}
      checked={checked}
      onCheckedChange={(next) => onChange(next)}
      aria-label={hideLabel ? label : undefined}
      aria-labelledby={hideLabel ? undefined : `${id}-label`}
      aria-describedby={help === undefined || hideLabel ? undefined : `${id}-help`}
      className="relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-edge bg-slate-4 transition-colors before:absolute before:-inset-1 data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50 forced-colors:data-checked:bg-[Highlight]"
    >
      <BaseSwitch.Thumb className="size-3.5 translate-x-0.5 rounded-full bg-slate-9 transition-transform data-checked:translate-x-[1.125rem] data-checked:bg-on-accent forced-colors:bg-[ButtonText]" />
    </BaseSwitch.Root>
  );
  if (hideLabel) return knob;
  return (
    <label className="flex items-start gap-3">
      {knob}
      <span className="flex min-w-0 flex-col">
        <span id={`${id}-label`} className="font-medium">
          {label}
        </span>
        {help !== undefined && (
          <span id={`${id}-help`} className="max-w-prose text-sm text-muted">
            {help}
          </span>
        )}
      </span>
    </label>
  );
}
