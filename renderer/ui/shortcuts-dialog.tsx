import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';
import { Dialog } from './dialog.tsx';

export type ShortcutGroup = {
  readonly title: string;
  /** Keys pressed together stand in one array: `['Ctrl', 'K']`. */
  readonly shortcuts: readonly { readonly keys: readonly string[]; readonly does: string }[];
};

/** What the keys do here. */
export function ShortcutsDialog({
  open,
  onClose,
  groups,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly groups: readonly ShortcutGroup[];
}): ReactElement {
  return (
    <Dialog open={open} onClose={onClose} title={uiText.shortcuts}>
      {groups.map((group) => (
        <section key={group.title} className="flex flex-col gap-1">
          <h3 className="text-sm font-medium text-muted">{group.title}</h3>
          <dl className="grid grid-cols-[1fr_auto] gap-x-4">
            {group.shortcuts.map(({ keys, does }) => (
              <div key={does} className="col-span-2 grid min-h-7 grid-cols-subgrid items-center border-b border-line last:border-0">
                <dt>{does}</dt>
                <dd className="flex gap-1">
                  {keys.map((key) => (
                    <kbd
                      key={key}
                      className="inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line bg-sunken px-1 font-sans text-xs"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
