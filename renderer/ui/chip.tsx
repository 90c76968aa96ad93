import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';

export type ChipProps = {
  /** What it restricts, such as *Partner*. */
  readonly name?: string | undefined;
  readonly value: string;
  readonly onRemove?: (() => void) | undefined;
  /** Opens what it was chosen with. */
  readonly onClick?: (() => void) | undefined;
};

/** A filter or a choice that can be taken away again. */
export function Chip({ name, value, onRemove, onClick }: ChipProps): ReactElement {
  const words = (
    <>
      {name !== undefined && <span className="text-muted">{name} </span>}
      <span className="font-medium">{value}</span>
    </>
  );
  return (
    <span className="inline-flex h-7 max-w-full items-center rounded-full border border-line bg-surface text-sm">
      {onClick === undefined ? (
        <span className="truncate px-2.5">{words}</span>
      ) : (
        <button type="button" onClick={onClick} className="h-full truncate rounded-full px-2.5 hover:bg-hover">
          {words}
        </button>
      )}
      {onRemove !== undefined && (
        <button
          type="button"
          aria-label={uiText.remove(name === undefined ? value : `${name} ${value}`)}
          onClick={onRemove}
          className="-ms-2 me-px flex size-6 shrink-0 items-center justify-center rounded-full text-muted hover:bg-hover hover:text-text"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  );
}
