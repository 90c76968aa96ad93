import type { ReactElement, ReactNode } from 'react';
import { EmptyState, type EmptyStateProps, ErrorState, type ErrorStateProps, Skeleton } from '../../ui/index.ts';

type ListFrameProps<Row> = {
  readonly query: {
    readonly data: readonly Row[] | undefined;
    readonly error: ErrorStateProps['error'] | undefined;
    readonly reload: () => void;
  };
  /** Said when the list cannot be read. */
  readonly cannotRead: string;
  /** What went wrong with the last thing that was done to a row. */
  readonly failed: { readonly title: string; readonly error: ErrorStateProps['error'] | undefined };
  readonly empty: Pick<EmptyStateProps, 'icon' | 'title'> & { readonly body: string };
  /** What adds a row: below the list, and where there is none yet; nothing for whoever may not. */
  readonly add: ReactElement | undefined;
  /** The table of the rows that there are. */
  readonly children: (rows: readonly Row[]) => ReactNode;
};

/** A list of Settings: while it is read, where it cannot be, without rows, and with some. */
export function ListFrame<Row>({ query, cannotRead, failed, empty, add, children }: ListFrameProps<Row>): ReactElement {
  return (
    <>
      {failed.error !== undefined && <ErrorState title={failed.title} error={failed.error} />}
      {query.data === undefined ? (
        query.error === undefined ? (
          <Skeleton rows={3} shape="row" />
        ) : (
          <ErrorState title={cannotRead} error={query.error} onRetry={query.reload} />
        )
      ) : query.data.length === 0 ? (
        <EmptyState icon={empty.icon} title={empty.title} action={add}>
          {empty.body}
        </EmptyState>
      ) : (
        <>
          {children(query.data)}
          {add !== undefined && <div>{add}</div>}
        </>
      )}
    </>
  );
}
