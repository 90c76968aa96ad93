import type { ReactElement, ReactNode } from 'react';

/** A part of a section with its name. */
export function Specimen({
  title,
  children,
  row = false,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly row?: boolean | undefined;
}): ReactElement {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className={row ? 'flex flex-wrap items-center gap-3' : 'flex flex-col gap-4'}>{children}</div>
    </section>
  );
}
