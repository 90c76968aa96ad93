import type { ReactElement, ReactNode } from 'react';
import type { useQuery } from '../../stores/use-query.ts';
import { groupsText } from '../../text/groups.ts';
import { ErrorState, Skeleton } from '../../ui/index.ts';

/** A part of a page: heading, the one thing to do at its right, content. */
export function PagePart({
  title,
  action,
  children,
}: {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-4">
        <h2 className="text-lg font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

/** In the place of what is still being read, or could not be. */
export function Waiting({ query }: { readonly query: Pick<ReturnType<typeof useQuery>, 'error' | 'reload'> }): ReactElement {
  return query.error === undefined ? (
    <Skeleton rows={3} shape="row" />
  ) : (
    <ErrorState title={groupsText.cannotRead} error={query.error} effect={groupsText.effect} onRetry={query.reload} />
  );
}
