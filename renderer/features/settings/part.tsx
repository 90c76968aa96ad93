import { type ReactElement, type ReactNode, useId } from 'react';

type PartProps = { readonly title: string; readonly help?: string; readonly children?: ReactNode };

/** A part of a page under its own heading. */
export function Part({ title, help, children }: PartProps): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-4 border-t border-line pt-6 first:border-t-0 first:pt-0">
      <div>
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {help !== undefined && <p className="max-w-prose text-muted">{help}</p>}
      </div>
      {children}
    </section>
  );
}
