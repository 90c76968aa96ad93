import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { LucideIcon } from 'lucide-react';
import { type ReactElement, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';
import { useSwitchedOff } from './switched-off.tsx';

export type CardOption<Value extends string = string> = {
  readonly value: Value;
  readonly title: string;
  readonly help?: ReactNode;
  readonly icon?: LucideIcon | undefined;
  readonly disabled?: boolean | undefined;
};

export type RadioCardsProps<Value extends string> = {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly options: readonly CardOption<Value>[];
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly name?: string | undefined;
  /** Beside each other where there is room. Default 1. */
  readonly columns?: 1 | 2 | 3 | undefined;
};

const COLUMNS = { 1: '', 2: '@lg:grid-cols-2', 3: '@2xl:grid-cols-3' } as const;

/** One of a few that need explaining, each as a card with a title and a sentence. */
export function RadioCards<Value extends string>({
  label,
  options,
  value,
  onChange,
  name,
  columns = 1,
}: RadioCardsProps<Value>): ReactElement {
  const id = useId();
  return (
    <div className="@container">
      <RadioGroup<Value | null>
        name={name}
        aria-label={label}
        disabled={useSwitchedOff()}
        value={value}
        onValueChange={(next) => next !== null && onChange(next)}
        className={classes('grid gap-2', COLUMNS[columns])}
      >
        {options.map((option) => (
          <label
            key={option.value}
            className={classes(
              'flex items-start gap-3 rounded-panel border border-line bg-surface p-3 transition-colors hover:border-edge has-data-checked:border-accent has-data-checked:bg-accent-soft',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
              option.disabled === true && 'opacity-60',
            )}
          >
            <Radio.Root
              value={option.value}
              disabled={option.disabled ?? false}
              aria-labelledby={`${id}-${option.value}-title`}
              aria-describedby={option.help === undefined ? undefined : `${id}-${option.value}-help`}
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-edge bg-surface outline-none data-checked:border-accent data-checked:bg-accent"
            >
              <Radio.Indicator className="size-1.5 rounded-full bg-on-accent forced-colors:bg-[CanvasText]" />
            </Radio.Root>
            <span className="flex min-w-0 flex-1 flex-col gap-0.5">
              <span id={`${id}-${option.value}-title`} className="font-medium">
                {option.title}
              </span>
              {option.help !== undefined && (
                <span id={`${id}-${option.value}-help`} className="text-sm text-muted">
                  {option.help}
                </span>
              )}
            </span>
            {option.icon !== undefined && <option.icon aria-hidden className="size-5 shrink-0 text-muted" />}
          </label>
        ))}
      </RadioGroup>
    </div>
  );
}
