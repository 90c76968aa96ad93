import { CircleMinus } from 'lucide-react';
import type { ReactElement } from 'react';
import type { RuleVerdict, RunState } from '../../../engine/contract/rule.ts';
import { routes } from '../../routes.ts';
import { useQuery } from '../../stores/use-query.ts';
import { activityText } from '../../text/activity.ts';
import { Button, Disclosure, Link, Notice, Skeleton, Status, type StatusKind } from '../../ui/index.ts';
import { DetailsSection } from './details-parts.tsx';

const text = activityText.details;

/** What every rule made of an event: the run that it started, or why it did not. */
export function RulesConsidered({ eventId }: { readonly eventId: number }): ReactElement {
  const verdicts = useQuery('rules.considered', { eventId });
  const runs = useQuery('runs.list', { eventId, limit: 100 }).data ?? [];
  if (verdicts.data === undefined) {
    return (
      <DetailsSection title={text.rules}>
        {verdicts.error === undefined ? (
          <Skeleton rows={2} />
        ) : (
          <Notice
            kind="failure"
            title={text.cannotReadRules}
            action={
              <Button small onClick={verdicts.reload}>
                {activityText.retry}
              </Button>
            }
          >
            {verdicts.error.message}
          </Notice>
        )}
      </DetailsSection>
    );
  }
  const ran = verdicts.data.filter(({ verdict }) => verdict === 'ran');
  const others = verdicts.data.filter(({ verdict }) => verdict !== 'ran');
  return (
    <DetailsSection title={text.rules}>
      {verdicts.data.length === 0 && <p className="text-sm text-muted">{text.noRules}</p>}
      {ran.length > 0 && (
        <ul className="flex flex-col gap-2 text-sm">
          {ran.map(({ ruleId, ruleName, runIds }) => (
            <li key={ruleId} className="flex flex-col gap-1">
              <span>{ruleName}</span>
              {runIds.map((runId) => (
                <RunLine key={runId} runId={runId} state={runs.find(({ id }) => id === runId)?.state} />
              ))}
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <Disclosure title={ran.length === 0 ? text.whyNone : text.others(others.length)} defaultOpen={ran.length === 0}>
          <ul className="flex flex-col gap-2.5 text-sm">
            {others.map((verdict) => (
              <Verdict key={verdict.ruleId} verdict={verdict} />
            ))}
          </ul>
        </Disclosure>
      )}
    </DetailsSection>
  );
}

const RUN_KINDS: Readonly<Record<RunState, StatusKind>> = {
  queued: 'notice',
  running: 'notice',
  waiting: 'notice',
  done: 'ok',
  partly: 'warning',
  failed: 'failure',
  interrupted: 'warning',
  cancelled: 'paused',
  filtered: 'paused',
};

function RunLine({ runId, state }: { readonly runId: number; readonly state: RunState | undefined }): ReactElement {
  return (
    <span className="flex items-center justify-between gap-3">
      {state !== undefined && <Status kind={RUN_KINDS[state]}>{text.runStates[state]}</Status>}
      <Link href={routes.run(runId)}>{text.showRun(runId)}</Link>
    </span>
  );
}

function Verdict({ verdict: { ruleId, ruleName, verdict, reason } }: { readonly verdict: RuleVerdict }): ReactElement {
  return (
    <li className="flex flex-col gap-0.5">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <Link quiet href={routes.rule(ruleId)}>
          {ruleName}
        </Link>
        <Status kind="paused" icon={CircleMinus}>
          {text.verdicts[verdict]}
        </Status>
      </span>
      <span className="text-muted">{reason}</span>
    </li>
  );
}
