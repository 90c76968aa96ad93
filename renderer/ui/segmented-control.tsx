import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { useSwitchedOff } from './switched-off.tsx';

export type Segment<Value extends string = string> = {
  readonly value: Value;
  readonly label: string;
  readonly icon?: LucideIcon | undefined;
};

export type SegmentedControlProps<Value extends string> = {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
};

/** One of two or three views of the same thing. */
export function SegmentedControl<Value extends string>({ label, segments, value, onChange }: SegmentedControlProps<Value>): ReactElement {
  return (
    <RadioGroup
      aria-label={label}
      disabled={useSwitchedOff()}
      value={value}
      onValueChange={(next: Value) => onChange(next)}
      className="inline-flex h-8 items-center gap-0.5 rounded-control bg-slate-4 p-0.5"
    >
      {segments.map((segment) => (
        <Radio.Root
          key={segment.value}
          value={segment.value}
          aria-label={segment.label}
          className="inline-flex h-7 items-center gap-1.5 rounded-[5px] px-2.5 text-sm font-medium text-muted transition-colors select-none hover:text-text data-checked:bg-surface data-checked:text-text data-checked:shadow-[0_0_0_1px_var(--color-edge)] forced-colors:data-checked:bg-[Highlight] forced-colors:data-checked:text-[HighlightText] forced-colors:data-checked:forced-color-adjust-none"
        >
          {segment.icon !== undefined && <segment.icon aria-hidden className="size-4" />}
          {segment.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
