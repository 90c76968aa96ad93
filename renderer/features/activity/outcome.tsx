import { CircleCheck, CircleDot } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Outcome } from '../../../engine/contract/event.ts';
import { activityText } from '../../text/activity.ts';
import { Status, type StatusKind } from '../../ui/index.ts';

const KINDS: Readonly<Record<Exclude<Outcome, 'ok'>, StatusKind>> = {
  failed: 'failure',
  denied: 'warning',
  aborted: 'failure',
  quota: 'warning',
};

/** How something ended. Success is quiet: in a list of hundreds the rest has to stand out. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome }): ReactElement {
  return outcome === 'ok' ? <Quiet /> : <Status kind={KINDS[outcome]}>{activityText.outcomes[outcome]}</Status>;
}

function Quiet(): ReactElement {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted">
      <CircleCheck aria-hidden className="size-4 shrink-0" />
      {activityText.outcomes.ok}
    </span>
  );
}

/** How a session stands: still here, how many failures, or fine. */
export function SessionMark({ ended, failures }: { readonly ended: boolean; readonly failures: number }): ReactElement {
  if (failures > 0) return <Status kind="failure">{activityText.failures(failures)}</Status>;
  if (!ended)
    return (
      <Status kind="notice" icon={CircleDot}>
        {activityText.here}
      </Status>
    );
  return <Quiet />;
}
