import { LoaderCircle } from 'lucide-react';
import type { ReactElement } from 'react';
import { uiText } from '../text/ui.ts';

/** Waiting of unknown length, for what has no shape to draw as a Skeleton. After a second it says what is waited for. */
export function Spinner({ words = uiText.loading }: { readonly words?: string | undefined }): ReactElement {
  return (
    <span role="status" className="inline-flex items-center gap-2 text-muted">
      <LoaderCircle aria-hidden className="size-4 animate-spin" />
      <span className="appear-late">{words}</span>
    </span>
  );
}
