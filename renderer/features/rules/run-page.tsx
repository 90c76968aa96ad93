import { ChevronLeft, ChevronRight, ClipboardCopy, FileQuestion, RotateCcw } from 'lucide-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { RunTrace } from '../../../engine/contract/rule.ts';
import { routes } from '../../routes.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { formatList } from '../../text/format.ts';
import { useRights } from '../../stores/use-rights.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { rulesText } from '../../text/rules.ts';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  IconButton,
  KeyValues,
  Link,
  Notice,
  PageHeader,
  showToast,
  Skeleton,
  useCopy,
} from '../../ui/index.ts';
import { RunDetail } from './run-detail.tsx';
import { mostTelling, onceOnlySteps, runNodes } from './run-nodes.ts';
import { runFacts } from './run-facts.tsx';
import { runReport } from './run-report.ts';
import { RunStatus } from './run-state.tsx';
import { RunSteps } from './run-steps.tsx';
import { CancelRun, RunProgress } from './run-under-way.tsx';

/** One run of a rule: what set it off, what it did, and what went wrong. */
export function RunPage(): ReactElement {
  const { id = '' } = useParams();
  const number = /^[1-9]\d*$/.test(id) ? Number(id) : undefined;
  const run = useQuery('runs.get', number === undefined ? undefined : { id: number });
  if (run.data !== undefined) return <Run key={run.data.id} run={run.data} />;
  return (
    <Page>
      <PageHeader title={ruleRunText.title} />
      {number === undefined || run.error?.code === 'not_found' ? (
        <EmptyState icon={FileQuestion} title={ruleRunText.notFound} action={<Link href={routes.rules()}>{rulesText.back}</Link>}>
          {ruleRunText.notFoundBody}
        </EmptyState>
      ) : run.error === undefined ? (
        <Skeleton rows={8} />
      ) : (
        <ErrorState title={ruleRunText.cannotRead} error={run.error} effect={ruleRunText.effect} onRetry={run.reload} />
      )}
    </Page>
  );
}

const OVER: ReadonlySet<RunTrace['state']> = new Set(['done', 'partly', 'failed', 'interrupted', 'cancelled', 'filtered']);

function Run({ run }: { readonly run: RunTrace }): ReactElement {
  const nodes = runNodes(run);
  const [chosen, setChosen] = useState<string>();
  const shown = nodes.find(({ id }) => id === chosen) ?? mostTelling(nodes);
  return (
    <Page>
      <PageHeader
        back={
          <span className="flex flex-wrap items-center justify-between gap-2">
            <Link href={run.flowId === null ? routes.rule(run.ruleId) : routes.flow(run.flowId)}>{run.ruleName}</Link>
            <Neighbours run={run} />
          </span>
        }
        title={ruleRunText.sentence(run.ruleName, run.ruleVersion)}
        state={<RunStatus state={run.state} />}
        sentence={ruleRunText.stateHelp[run.state]}
      />
      {run.error !== null && (
        <Notice kind={run.state === 'filtered' || run.state === 'cancelled' ? 'notice' : 'failure'} title={ruleRunText.error}>
          <span className="[overflow-wrap:anywhere]">{run.error}</span>
        </Notice>
      )}
      {!OVER.has(run.state) && <RunProgress id={run.id} />}
      <Actions run={run} />
      <KeyValues items={runFacts(run)} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(16rem,22rem)_minmax(0,1fr)]">
        <RunSteps nodes={nodes} current={shown?.id} onChoose={setChosen} />
        {shown !== undefined && <RunDetail run={run} node={shown} />}
      </div>
    </Page>
  );
}

function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="mx-auto flex w-full max-w-content flex-col gap-6 p-6 max-sm:p-4">{children}</div>;
}

function Actions({ run }: { readonly run: RunTrace }): ReactElement {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const { copied, copy } = useCopy();
  const retry = useCommand('runs.retry', ['runs.', 'rules.summary']);
  const again = useCommand('rules.run', ['runs.', 'rules.summary']);
  const failed = retry.error ?? again.error;
  const { calls } = useRights();
  const hasFailed = run.state === 'failed' || run.state === 'partly' || run.state === 'interrupted' || run.state === 'cancelled';
  const canRetry = hasFailed && calls('runs.retry');
  const unsafe = onceOnlySteps(run);

  async function runAgain(): Promise<void> {
    setAsking(false);
    const started = await again.run({ id: run.ruleId, ...(run.eventId === null ? {} : { eventId: run.eventId }) });
    const [first] = started?.runs ?? [];
    if (started !== undefined) showToast({ title: rulesText.started(started.runs.length) });
    if (first !== undefined) navigate(routes.run(first.id));
  }

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        {canRetry && (
          <Button
            kind="primary"
            icon={RotateCcw}
            busy={retry.busy}
            onClick={() => void retry.run({ id: run.id }).then((result) => result && showToast({ title: ruleRunText.retried }))}
          >
            {ruleRunText.retry}
          </Button>
        )}
        {!OVER.has(run.state) && calls('runs.cancel') && <CancelRun id={run.id} />}
        {OVER.has(run.state) && run.flowId === null && calls('rules.run') && (
          <Button busy={again.busy} onClick={() => setAsking(true)}>
            {ruleRunText.runAgain}
          </Button>
        )}
        {run.flowId === null && (
          <Link button="secondary" href={`${routes.rule(run.ruleId)}${run.eventId === null ? '' : `?event=${run.eventId}`}`}>
            {ruleRunText.openRule}
          </Link>
        )}
        <Button icon={ClipboardCopy} onClick={() => copy(runReport(run))}>
          {copied ? ruleRunText.copied : ruleRunText.copyReport}
        </Button>
      </div>
      {failed !== undefined && (
        <Notice
          kind="failure"
          live
          title={ruleRunText.failed}
          onDismiss={() => {
            retry.clearError();
            again.clearError();
          }}
        >
          {failed.message}
        </Notice>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={ruleRunText.runAgainTitle}
        confirm={ruleRunText.runAgainConfirm}
        danger={unsafe.length > 0}
        onConfirm={() => void runAgain()}
      >
        <p>{ruleRunText.runAgainBody}</p>
        {unsafe.length > 0 && <Notice kind="warning">{ruleRunText.runAgainUnsafe(formatList(unsafe))}</Notice>}
      </ConfirmDialog>
    </div>
  );
}

/** So far forward the next run is looked for; older runs are reached from the list of the rule. */
const LOOKED_THROUGH = 200;

function Neighbours({ run }: { readonly run: RunTrace }): ReactElement {
  const [, navigate] = useLocation();
  const of = run.flowId === null ? { ruleId: run.ruleId } : { flowId: run.flowId };
  const older = useQuery('runs.list', { ...of, before: run.id, limit: 1 }).data?.[0];
  const newest = useQuery('runs.list', { ...of, limit: LOOKED_THROUGH }).data ?? [];
  const newer = newest.findLast(({ id }) => id > run.id);
  const hasAll = newest.some(({ id }) => id === run.id);
  const go = (target: { readonly id: number } | undefined) => () => target !== undefined && navigate(routes.run(target.id));
  return (
    <span className="flex">
      <IconButton icon={ChevronLeft} name={ruleRunText.previous} disabled={older === undefined} onClick={go(older)} />
      <IconButton icon={ChevronRight} name={ruleRunText.next} disabled={newer === undefined || !hasAll} onClick={go(newer)} />
    </span>
  );
}
