import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactElement, ReactNode } from 'react';

export type Tab<Value extends string = string> = { readonly value: Value; readonly label: string; readonly content: ReactNode };

export type TabsProps<Value extends string> = {
  /** What the tabs divide, for screen readers. */
  readonly label: string;
  readonly tabs: readonly Tab<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
};

/** Parts of one thing, one in sight at a time. */
export function Tabs<Value extends string>({ label, tabs, value, onChange }: TabsProps<Value>): ReactElement {
  return (
    <BaseTabs.Root value={value} onValueChange={(next: Value) => onChange(next)} className="flex flex-col gap-6">
      <BaseTabs.List aria-label={label} activateOnFocus className="flex gap-1 overflow-x-auto border-b border-line pb-px">
        {tabs.map((tab) => (
          <BaseTabs.Tab
            key={tab.value}
            value={tab.value}
            className="relative h-9 shrink-0 rounded-t-control px-3 font-medium text-muted transition-colors after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:rounded-full hover:text-text focus-visible:-outline-offset-2 data-active:text-text data-active:after:bg-accent forced-colors:data-active:after:bg-[Highlight]"
          >
            {tab.label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map((tab) => (
        <BaseTabs.Panel key={tab.value} value={tab.value} className="rounded-sm">
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
