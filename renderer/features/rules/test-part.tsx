import { ChevronRight, Play, SearchX } from 'lucide-react';
import { type ReactElement, useId, useState } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { RuleTest } from '../../../engine/contract/rule.ts';
import { plural } from '../../text/plural.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { Badge, Button, EmptyState, ErrorState, SegmentedControl, Skeleton, Status, Time } from '../../ui/index.ts';
import { classes } from '../../ui/classes.ts';
import { CheckLine } from './condition-editor.tsx';
import { conditionTitle } from './condition-title.ts';
import type { Draft } from './draft.ts';
import { eventSentence } from './sample.ts';
import { TRIAL_DAYS, useTrial, waitsForEvents } from './rule-trial.ts';
import { TraceValues } from './trace-values.tsx';

const SAMPLES = 20;
const FILTERS = (['all', 'matched', 'missed'] as const).map((value) => ({ value, label: ruleFormText.filters[value] }));
type Filter = (typeof FILTERS)[number]['value'];
type Sample = RuleTest['samples'][number];

/** What the rule would have done lately, as it stands in the form. */
export function TestPart({
  draft,
  onRunForReal,
}: {
  readonly draft: Draft;
  readonly onRunForReal: (event: StoredEvent) => void;
}): ReactElement {
  const [filter, setFilter] = useState<Filter>('all');
  const { result, error } = useTrial(draft, SAMPLES);
  if (draft.triggers.length === 0) return <p className="text-muted">{ruleFormText.testNeedsTrigger}</p>;
  if (!waitsForEvents(draft)) {
    return (
      <EmptyState icon={SearchX} title={ruleFormText.testNoEvents}>
        {ruleFormText.testNoEventsBody}
      </EmptyState>
    );
  }
  if (error !== undefined) return <ErrorState title={ruleFormText.testCannot} error={error} effect={ruleFormText.testEffect} />;
  if (result === undefined) return <Skeleton rows={6} shape="row" words={ruleFormText.testSearching} />;
  if (result.considered === 0) {
    return (
      <EmptyState icon={SearchX} title={ruleFormText.testEmpty}>
        {ruleFormText.testEmptyBody}
      </EmptyState>
    );
  }
  const shown = result.samples.filter(({ matched }) => filter === 'all' || matched === (filter === 'matched'));
  return (
    <div className="flex flex-col gap-4">
      <div role="status" className="flex flex-col gap-1">
        <p className="text-lg font-semibold">{ruleFormText.testHeading(result.matched, TRIAL_DAYS, draft.timing.per === 'event')}</p>
        <p className="text-sm text-muted">
          {ruleFormText.considered(result.considered)} {result.partial && ruleFormText.testPartial}{' '}
          {result.samples.length < result.considered && ruleFormText.onlyFirst(result.samples.length)}
        </p>
      </div>
      <div>
        <SegmentedControl label={ruleFormText.filter} segments={FILTERS} value={filter} onChange={setFilter} />
      </div>
      {shown.length === 0 ? (
        <p className="text-muted">{ruleFormText.noneOfThese}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {shown.map((sample) => (
            <li key={sample.event._id} className="py-1">
              <SampleRow sample={sample} draft={draft} onRunForReal={onRunForReal} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type SampleRowProps = { readonly sample: Sample; readonly draft: Draft; readonly onRunForReal: (event: StoredEvent) => void };

function SampleRow(props: SampleRowProps): ReactElement {
  const { event, matched, steps } = props.sample;
  const [open, setOpen] = useState(false);
  const id = useId();
  const failing = steps.filter(({ error }) => error !== null).length;
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="flex w-full items-start gap-2 rounded-control px-1 py-2 text-start hover:bg-hover"
      >
        <ChevronRight aria-hidden className={classes('mt-0.5 size-4 shrink-0 text-muted transition-transform', open && 'rotate-90')} />
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
          <span className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">{eventSentence(event)}</span>
          {failing > 0 && <Badge tone="warning">{plural(failing, ruleFormText.actionsFail)}</Badge>}
          <Status kind={matched ? 'ok' : 'paused'}>{matched ? ruleFormText.wouldRun : ruleFormText.wouldNot}</Status>
          <span className="text-sm text-muted">
            <Time at={event.timestamp} show="date-time" />
          </span>
        </span>
      </button>
      {open && (
        <div id={id} className="flex flex-col gap-4 ps-7 pt-1 pb-3">
          {matched ? <WouldRun {...props} /> : <WouldNot checks={props.sample.conditions} />}
        </div>
      )}
    </>
  );
}

/** What the actions would have been given. */
function WouldRun({ sample, draft, onRunForReal }: SampleRowProps): ReactElement | null {
  // The trial has a stand-in where the draft has no action yet.
  if (draft.steps.length === 0) return null;
  return (
    <>
      {sample.steps.map((step, index) => (
        <section key={index} aria-label={step.name} className="flex flex-col gap-2">
          <h3 className="text-sm font-medium">{ruleFormText.actionTitle(index + 1, step.name)}</h3>
          {step.error === null ? (
            <TraceValues values={step.inputs} action={step.action} />
          ) : (
            <div className="flex flex-col gap-1 text-sm">
              <Status kind="failure">{ruleFormText.rendersNothing}</Status>
              <p>{step.error}</p>
            </div>
          )}
        </section>
      ))}
      <div>
        <Button small icon={Play} onClick={() => onRunForReal(sample.event)}>
          {ruleFormText.runForReal}
        </Button>
      </div>
    </>
  );
}

/** Each condition with what it saw. */
function WouldNot({ checks }: { readonly checks: Sample['conditions'] }): ReactElement {
  return (
    <ul className="flex flex-col gap-2">
      {checks.map((check, index) => (
        <li key={index} className="flex flex-col text-sm">
          <span>
            <span className="font-medium">{conditionTitle(check.condition)}</span> {check.expected}
          </span>
          <CheckLine checks={[check]} />
        </li>
      ))}
    </ul>
  );
}
