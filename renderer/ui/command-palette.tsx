import { Autocomplete } from '@base-ui/react/autocomplete';
import { type ReactElement, useRef } from 'react';
import { uiText } from '../text/ui.ts';
import { Dialog } from './dialog.tsx';
import { optionClass } from './select.tsx';

export type PaletteItem = { readonly id: string; readonly label: string; readonly help?: string | undefined; readonly run: () => void };
export type PaletteGroup = { readonly title: string; readonly items: readonly PaletteItem[] };

export type CommandPaletteProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Groups without items are left out. */
  readonly groups: readonly PaletteGroup[];
};

/** Places and tasks found by typing: arrows choose, Enter goes there, Escape leaves everything as it is. */
export function CommandPalette({ open, onClose, title, groups }: CommandPaletteProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onClose={onClose} title={title} initialFocus={input}>
      <Autocomplete.Root
        open
        inline
        autoHighlight="always"
        keepHighlight
        items={groups.filter(({ items }) => items.length > 0)}
        itemToStringValue={({ label, help }: PaletteItem) => `${label} ${help ?? ''}`}
      >
        <Autocomplete.Input ref={input} aria-label={title} placeholder={uiText.search} className="control h-8 w-full px-2.5" />
        <Autocomplete.Empty className="py-2 text-muted empty:p-0">{uiText.noMatch}</Autocomplete.Empty>
        <Autocomplete.List className="-mx-2 max-h-[50dvh] overflow-y-auto">
          {(group: PaletteGroup) => (
            <Autocomplete.Group key={group.title} items={group.items} className="pb-2">
              <Autocomplete.GroupLabel className="px-2 py-1 text-sm font-medium text-muted">{group.title}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(item: PaletteItem) => (
                  <Autocomplete.Item
                    key={item.id}
                    value={item}
                    className={optionClass}
                    onClick={() => {
                      onClose();
                      item.run();
                    }}
                  >
                    <span className="col-start-2 flex min-w-0 flex-wrap justify-between gap-x-4">
                      {item.label}
                      {item.help !== undefined && <span className="text-muted">{item.help}</span>}
                    </span>
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Dialog>
  );
}
