import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { uiText } from '../text/ui.ts';
import { IconButton } from './icon-button.tsx';

/** A list with room for the details of one row at its right; where there is no room beside it, they lie over it. */
export function PanelLayout({ children, panel }: { readonly children: ReactNode; readonly panel: ReactNode }): ReactElement {
  return (
    <div className="@container relative flex h-full min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">{children}</div>
      {panel}
    </div>
  );
}

export type PanelProps = {
  /** The sentence or name that its row has. Another one moves the focus here again. */
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Beside the cross: Copy link and the like, as IconButtons. */
  readonly tools?: ReactNode;
  /** Buttons that stay in sight at the foot. */
  readonly actions?: ReactNode;
};

/**
 * Details of one row, 420 pixels wide, in a PanelLayout. Opening moves the focus to its heading, Escape closes it, and closing gives the
 * focus back to what had it before.
 */
export function Panel({ title, onClose, children, tools, actions }: PanelProps): ReactElement {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [title]);
  return (
    <aside
      aria-labelledby={id}
      className="slide-in absolute inset-y-0 end-0 z-10 flex w-full max-w-105 shrink-0 flex-col border-s border-line bg-surface shadow-float @4xl:static @4xl:w-105 @4xl:shadow-none"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="flex items-start gap-2 border-b border-line p-4 py-3">
        <h2 ref={heading} id={id} tabIndex={-1} className="min-w-0 flex-1 pt-1 font-semibold break-words">
          {title}
        </h2>
        {tools}
        <IconButton icon={X} name={uiText.closeDetails} onClick={onClose} />
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto p-4">{children}</div>
      {actions !== undefined && <div className="flex flex-wrap gap-2 border-t border-line p-4 py-3">{actions}</div>}
    </aside>
  );
}
