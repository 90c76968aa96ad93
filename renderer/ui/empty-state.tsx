import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

export type EmptyStateProps = {
  readonly icon: LucideIcon;
  /** One sentence: what is not there yet. */
  readonly title: string;
  /** What will be here, or why nothing is. */
  readonly children?: ReactNode;
  /** The next step: a Button or a Link that looks like one. */
  readonly action?: ReactNode;
};

/** A place with nothing in it yet, and the next step. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps): ReactElement {
  return (
    <div className="flex flex-col items-center gap-4 px-4 py-12">
      <span className="flex size-10 items-center justify-center rounded-panel border border-line bg-surface text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="flex max-w-sm flex-col gap-1 text-center text-pretty">
        <p className="font-medium">{title}</p>
        {children !== undefined && <p className="text-muted">{children}</p>}
      </div>
      {action !== undefined && <div className="flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
