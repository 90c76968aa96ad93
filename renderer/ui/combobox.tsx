import { Combobox as BaseCombobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';
import { type Option, optionClass } from './select.tsx';

export type ComboboxProps<Value extends string> = {
  readonly options: readonly Option<Value>[];
  /** Null while nothing is chosen. */
  readonly value: Value | null;
  readonly onChange: (value: Value | null) => void;
  readonly name?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Said when nothing matches what was typed. */
  readonly empty?: string | undefined;
  readonly 'aria-label'?: string | undefined;
};

/** One of many, found by typing. */
export function Combobox<Value extends string>({
  options,
  value,
  onChange,
  placeholder = uiText.search,
  empty = uiText.noMatch,
  disabled = false,
  name,
  'aria-label': label,
}: ComboboxProps<Value>): ReactElement {
  const chosen = options.find((option) => option.value === value) ?? null;
  return (
    <BaseCombobox.Root
      items={options}
      value={chosen}
      onValueChange={(next) => onChange(next?.value ?? null)}
      disabled={disabled}
      name={name}
    >
      <BaseCombobox.InputGroup className="relative">
        <BaseCombobox.Input aria-label={label} placeholder={placeholder} className="control h-8 w-full ps-2.5 pe-8" />
        <BaseCombobox.Trigger
          aria-label={uiText.openList}
          tabIndex={-1}
          className="absolute inset-y-0 end-0 flex w-8 items-center justify-center text-muted"
        >
          <ChevronsUpDown aria-hidden className="size-4" />
        </BaseCombobox.Trigger>
      </BaseCombobox.InputGroup>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={4} className="z-40 outline-none">
          <BaseCombobox.Popup className="float w-(--anchor-width) min-w-48">
            <BaseCombobox.Empty className="px-3 py-2 text-muted empty:p-0">{empty}</BaseCombobox.Empty>
            <BaseCombobox.List className="max-h-[min(20rem,var(--available-height))] overflow-y-auto p-1 data-empty:p-0">
              {(option: Option<Value>) => (
                <BaseCombobox.Item key={option.value} value={option} disabled={option.disabled ?? false} className={optionClass}>
                  <BaseCombobox.ItemIndicator className="mt-0.5">
                    <Check aria-hidden className="size-4" />
                  </BaseCombobox.ItemIndicator>
                  <span className="col-start-2 flex min-w-0 flex-col">
                    {option.label}
                    {option.help !== undefined && <span className="text-xs text-muted">{option.help}</span>}
                  </span>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  );
}
