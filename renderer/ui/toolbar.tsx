import type { ReactElement, ReactNode } from 'react';

/** The line of controls above a list: search and filters at the start, what acts on the whole list at the end. */
export function Toolbar({
  label,
  children,
  end,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly end?: ReactNode;
}): ReactElement {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center justify-between gap-2">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">{children}</div>
      {end !== undefined && <div className="flex flex-wrap items-center gap-2">{end}</div>}
    </div>
  );
}
