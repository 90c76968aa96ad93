import type { ReactElement, ReactNode } from 'react';

export type PageHeaderProps = {
  readonly title: string;
  /** One sentence or a count. */
  readonly sentence?: ReactNode;
  /** The one primary button, or a Link that looks like it. */
  readonly action?: ReactNode;
  /** Above the title: a Link back to where this belongs. */
  readonly back?: ReactNode;
  /** Beside the title: a Status or a Badge. */
  readonly state?: ReactNode;
};

export function PageHeader({ title, sentence, action, back, state }: PageHeaderProps): ReactElement {
  return (
    <header className="flex flex-col gap-1">
      {back !== undefined && <div className="text-sm">{back}</div>}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-col gap-0.5">
          <div className="flex flex-wrap items-center gap-3">
            <h1 className="text-xl font-semibold tracking-[-0.011em] break-words">{title}</h1>
            {state}
          </div>
          {sentence !== undefined && <p className="max-w-prose text-muted">{sentence}</p>}
        </div>
        {action}
      </div>
    </header>
  );
}
