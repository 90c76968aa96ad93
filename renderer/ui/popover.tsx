import { Popover as BasePopover } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';

export type PopoverProps = {
  /** The control that opens it. */
  readonly trigger: ReactElement;
  /** For screen readers, and shown as its heading. */
  readonly title: string;
  readonly children: ReactNode;
  /** Controlled from outside, where something inside closes it. */
  readonly open?: boolean | undefined;
  readonly onOpenChange?: ((open: boolean) => void) | undefined;
  readonly align?: 'start' | 'center' | 'end' | undefined;
};

/** A few controls or a text that belong to one control. */
export function Popover({ trigger, title, children, open, onOpenChange, align = 'start' }: PopoverProps): ReactElement {
  return (
    <BasePopover.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner sideOffset={6} align={align} className="z-40">
          <BasePopover.Popup className="float flex max-h-(--available-height) w-80 max-w-[calc(100vw-2rem)] flex-col gap-3 overflow-y-auto p-4 outline-none">
            <BasePopover.Title className="font-semibold">{title}</BasePopover.Title>
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
