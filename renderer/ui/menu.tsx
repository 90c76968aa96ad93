import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { classes } from './classes.ts';

export type MenuAction = {
  /** A verb. */
  readonly label: string;
  readonly onSelect: () => void;
  readonly icon?: LucideIcon | undefined;
  readonly danger?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** Key that does the same, such as *E*. */
  readonly shortcut?: string | undefined;
};

export type MenuEntry =
  | MenuAction
  | { readonly label: string; readonly checked: boolean; readonly onChange: (checked: boolean) => void }
  | 'separator';

export type MenuProps = {
  /** The control that opens it: a Button or an IconButton. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'end' | undefined;
};

const ITEM =
  'flex min-h-8 cursor-default items-center gap-2 rounded-control px-2 outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50 forced-colors:data-highlighted:bg-[Highlight] forced-colors:data-highlighted:text-[HighlightText] forced-colors:data-highlighted:forced-color-adjust-none';

export function Menu({ trigger, entries, align = 'start' }: MenuProps): ReactElement {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner sideOffset={4} align={align} className="z-40 outline-none">
          <BaseMenu.Popup className="float min-w-44 p-1 outline-none">
            {entries.map((entry, index) => (
              <MenuItem key={entry === 'separator' ? `separator-${index}` : entry.label} entry={entry} />
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function MenuItem({ entry }: { readonly entry: MenuEntry }): ReactElement {
  if (entry === 'separator') return <BaseMenu.Separator className="my-1 h-px bg-line" />;
  if ('checked' in entry) {
    return (
      <BaseMenu.CheckboxItem checked={entry.checked} onCheckedChange={(next) => entry.onChange(next)} className={ITEM}>
        <span className="flex size-4 items-center justify-center">
          <BaseMenu.CheckboxItemIndicator>
            <Check aria-hidden className="size-4" />
          </BaseMenu.CheckboxItemIndicator>
        </span>
        {entry.label}
      </BaseMenu.CheckboxItem>
    );
  }
  return (
    <BaseMenu.Item
      disabled={entry.disabled ?? false}
      onClick={entry.onSelect}
      className={classes(ITEM, entry.danger === true && 'text-failure')}
    >
      {entry.icon !== undefined && <entry.icon aria-hidden className={classes('size-4', entry.danger !== true && 'text-muted')} />}
      <span className="flex-1">{entry.label}</span>
      {entry.shortcut !== undefined && <kbd className="ps-4 font-sans text-xs text-muted">{entry.shortcut}</kbd>}
    </BaseMenu.Item>
  );
}
