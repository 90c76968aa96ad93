import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';
import { buttonClass } from './button.tsx';
import { iconButtonClass } from './icon-button.tsx';

const manager = Toast.createToastManager();

export type ToastContent = {
  /** What happened: *Rule saved*. */
  readonly title: string;
  readonly body?: string | undefined;
  /** A way back or on, such as *Undo*; what needs an answer is no toast. */
  readonly action?: { readonly label: string; readonly onClick: () => void } | undefined;
};

/** Says in passing that something was done. It goes by itself; nothing that has to be read or answered belongs here. */
export function showToast({ title, body, action }: ToastContent): void {
  const id: string = manager.add({
    title,
    description: body,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick() {
              action.onClick();
              manager.close(id);
            },
          },
        }),
  });
}

/** Where toasts appear; KitProvider holds it. */
export function ToastRegion(): ReactElement {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport
          aria-label={uiText.notifications}
          className="fixed end-4 bottom-10 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2"
        >
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts(): ReactElement[] {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} swipeDirection={['right', 'down']} className="float data-limited:hidden">
      <Toast.Content className="flex items-start gap-2 p-3">
        <div className="flex min-w-0 flex-1 flex-col pt-0.5">
          <Toast.Title render={<p />} className="font-medium" />
          <Toast.Description className="text-sm text-muted" />
        </div>
        {toast.actionProps !== undefined && <Toast.Action className={buttonClass('secondary', true)} />}
        <Toast.Close aria-label={uiText.dismiss} className={iconButtonClass()}>
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
