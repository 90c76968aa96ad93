import { Link2 } from 'lucide-react';
import { type ReactElement, type ReactNode, useId } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import { activityText } from '../../text/activity.ts';
import { ErrorState, IconButton, Panel, Skeleton, useCopy } from '../../ui/index.ts';
import { shareableLink } from './links.ts';
import type { TimelineQuery } from './query.ts';

const text = activityText.details;

export type DetailsProps = { readonly id: number; readonly query: TimelineQuery; readonly onClose: () => void };

/** The panel while its subject is being read, could not be, or is not in the log any more. */
export function AbsentDetails({
  found,
  onClose,
}: {
  readonly found: { readonly data: unknown; readonly error: AppError | undefined; readonly reload: () => void };
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Panel title={found.data === undefined ? activityText.title : text.notFound} onClose={onClose}>
      {found.data !== undefined ? (
        <p className="text-muted">{text.notFoundBody}</p>
      ) : found.error === undefined ? (
        <Skeleton rows={5} />
      ) : (
        <ErrorState title={activityText.cannotRead} error={found.error} effect={activityText.effect} onRetry={found.reload} />
      )}
    </Panel>
  );
}

/** Copies the address of what the panel shows. */
export function CopyLink({ path }: { readonly path: string }): ReactElement {
  const { copied, copy } = useCopy();
  return <IconButton icon={Link2} name={copied ? text.linkCopied : text.copyLink} onClick={() => copy(shareableLink(path))} />;
}

/** A part of the panel under its heading. */
export function DetailsSection({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <h3 id={id} className="text-sm font-semibold">
        {title}
      </h3>
      {children}
    </section>
  );
}
