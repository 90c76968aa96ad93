import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';

/** Words that appear on hover and focus of a control. They repeat or add, never carry what is needed: touch has no hover. */
export function Tooltip({ text, children }: { readonly text: string; readonly children: ReactElement }): ReactElement {
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger render={children} />
      <BaseTooltip.Portal>
        <BaseTooltip.Positioner sideOffset={6} className="z-50">
          <BaseTooltip.Popup className="max-w-80 rounded-control bg-slate-12 px-2 py-1 text-xs text-slate-1 transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0">
            {text}
          </BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}
