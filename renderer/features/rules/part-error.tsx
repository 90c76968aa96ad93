import { CircleAlert } from 'lucide-react';
import type { ReactElement } from 'react';

/** A problem of a whole part of the form, where no single control could show it. Nothing without one. */
export function PartError({ children }: { readonly children: string | undefined }): ReactElement | null {
  return children === undefined ? null : (
    <p className="flex items-start gap-1.5 text-sm text-failure">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {children}
    </p>
  );
}
