import { Fragment, type ReactElement, type ReactNode } from 'react';
import { classes } from './classes.ts';

export type KeyValue = {
  readonly key: string;
  readonly value: ReactNode;
  /** JetBrains Mono, for paths and codes. */
  readonly mono?: boolean | undefined;
};

/** Facts of one thing. Those without a value (undefined, null, '') are left out. */
export function KeyValues({ items }: { readonly items: readonly KeyValue[] }): ReactElement {
  return (
    <dl className="grid grid-cols-[minmax(5rem,max-content)_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
      {items
        .filter(({ value }) => value !== undefined && value !== null && value !== '')
        .map(({ key, value, mono = false }) => (
          <Fragment key={key}>
            <dt className="text-muted">{key}</dt>
            <dd className={classes('min-w-0 break-words', mono && 'font-mono break-all')}>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
