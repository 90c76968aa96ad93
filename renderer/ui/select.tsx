import { Select as BaseSelect } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';
import { classes } from './classes.ts';

export type Option<Value extends string = string> = {
  readonly value: Value;
  readonly label: string;
  readonly help?: string | undefined;
  readonly disabled?: boolean | undefined;
};

export type SelectProps<Value extends string> = {
  readonly options: readonly Option<Value>[];
  /** Null while nothing is chosen. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly name?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** 28 instead of 32 pixels high, as wide as its text. */
  readonly small?: boolean | undefined;
  readonly 'aria-label'?: string | undefined;
};

/** One of a few; for many, Combobox. */
export function Select<Value extends string>({
  options,
  value,
  onChange,
  placeholder = uiText.chooseOne,
  small = false,
  'aria-label': label,
  ...rest
}: SelectProps<Value>): ReactElement {
  return (
    <BaseSelect.Root {...rest} items={options} value={value} onValueChange={(next) => next !== null && onChange(next)} modal={false}>
      <BaseSelect.Trigger
        aria-label={label}
        className={classes(
          'control flex items-center justify-between gap-2 ps-2.5 pe-1.5 text-start',
          small ? 'h-7 text-sm' : 'h-8 w-full',
        )}
      >
        <BaseSelect.Value placeholder={placeholder} className="truncate data-placeholder:text-slate-10" />
        <BaseSelect.Icon className="text-muted">
          <ChevronsUpDown aria-hidden className="size-4" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-40 outline-none">
          <BaseSelect.Popup className="float max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto p-1">
            <BaseSelect.List>
              {options.map((option) => (
                <BaseSelect.Item
                  key={option.value}
                  value={option.value}
                  label={option.label}
                  disabled={option.disabled ?? false}
                  className={optionClass}
                >
                  <BaseSelect.ItemIndicator className="mt-0.5">
                    <Check aria-hidden className="size-4" />
                  </BaseSelect.ItemIndicator>
                  <span className="col-start-2 flex min-w-0 flex-col">
                    <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                    {option.help !== undefined && <span className="text-xs text-muted">{option.help}</span>}
                  </span>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}

/** A row of a list to choose from. */
export const optionClass =
  'grid cursor-default grid-cols-[1rem_1fr] items-start gap-2 rounded-control px-2 py-1.5 outline-none select-none data-highlighted:bg-hover data-disabled:text-muted data-disabled:opacity-60 forced-colors:data-highlighted:bg-[Highlight] forced-colors:data-highlighted:text-[HighlightText] forced-colors:data-highlighted:forced-color-adjust-none';
