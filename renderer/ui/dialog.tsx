import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, type RefObject, useRef } from 'react';
import { uiText } from '../text/ui.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { iconButtonClass } from './icon-button.tsx';

export type DialogProps = {
  readonly open: boolean;
  /** Called when the person closes it by Escape, the cross or a press outside. */
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons at the foot, the one that goes on last. */
  readonly actions?: ReactNode;
  /** 640 instead of 440 pixels wide. */
  readonly wide?: boolean | undefined;
  /** A press outside does not close it, as where typed text would be lost. */
  readonly keepOpen?: boolean | undefined;
  /** What gets the focus first; the first control by default. */
  readonly initialFocus?: RefObject<HTMLElement | null> | undefined;
};

/** A question or a short task that has to be dealt with before anything else. Never from within another one. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  actions,
  wide = false,
  keepOpen = false,
  initialFocus,
}: DialogProps): ReactElement {
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal={keepOpen}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-30 bg-backdrop transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0" />
        <BaseDialog.Popup
          initialFocus={initialFocus}
          className={classes(
            'float fixed top-[max(1rem,12vh)] left-1/2 z-30 flex max-h-[calc(100dvh-1rem-max(1rem,12vh))] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col outline-none',
            wide ? 'max-w-form' : 'max-w-110',
          )}
        >
          <div className="flex items-start justify-between gap-4 p-4 pb-0">
            <BaseDialog.Title className="text-lg font-semibold">{title}</BaseDialog.Title>
            <BaseDialog.Close aria-label={uiText.close} className={iconButtonClass()}>
              <X aria-hidden className="size-4" />
            </BaseDialog.Close>
          </div>
          <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-4 pt-2">{children}</div>
          {actions !== undefined && <div className="flex flex-wrap justify-end gap-2 border-t border-line p-4 py-3">{actions}</div>}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

export type ConfirmDialogProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The question: *Delete Acme?* */
  readonly title: string;
  /** What will happen and what will not. */
  readonly children: ReactNode;
  /** The verb of the button: *Delete partner*. */
  readonly confirm: string;
  readonly onConfirm: () => void;
  /** The button that leaves everything as it is: *Cancel* by default, *Keep partner* where that is clearer. */
  readonly cancel?: string | undefined;
  /** What cannot be undone. */
  readonly danger?: boolean | undefined;
  readonly busy?: boolean | undefined;
};

/** Asks before something that cannot be taken back; the focus is on the button that changes nothing. */
export function ConfirmDialog({
  children,
  confirm,
  onConfirm,
  cancel = uiText.cancel,
  danger = false,
  busy = false,
  onClose,
  ...rest
}: ConfirmDialogProps): ReactElement {
  const cancelButton = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      {...rest}
      onClose={onClose}
      initialFocus={cancelButton}
      actions={
        <>
          <Button ref={cancelButton} onClick={onClose}>
            {cancel}
          </Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
