import { type ReactElement, type ReactNode, useId } from 'react';
import { uiText } from '../text/ui.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export type FormDialogProps = {
  readonly title: string;
  /** Called when the person gives it up: by Escape, the cross or *Cancel*. A press outside does nothing, as typed text would be lost. */
  readonly onClose: () => void;
  /** The verb of the button that sends the form. */
  readonly submit: string;
  /** Called on that button and on Enter. */
  readonly onSubmit: () => void;
  /** While what was sent is worked on. */
  readonly busy: boolean;
  /** 640 instead of 440 pixels wide. */
  readonly wide?: boolean;
  readonly children: ReactNode;
};

/** A few fields to be filled in before anything else, with *Cancel* and one button that sends them. Mounted while it is open. */
export function FormDialog({ title, onClose, submit, onSubmit, busy, wide = false, children }: FormDialogProps): ReactElement {
  const id = useId();
  return (
    <Dialog
      open
      wide={wide}
      onClose={onClose}
      title={title}
      keepOpen
      actions={
        <>
          <Button onClick={onClose}>{uiText.cancel}</Button>
          <Button type="submit" form={id} kind="primary" busy={busy}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          // A form around it in React's tree, though not in the browser's, is not sent too.
          event.stopPropagation();
          onSubmit();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
