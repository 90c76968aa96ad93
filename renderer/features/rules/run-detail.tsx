import { type ReactElement, type ReactNode, useId } from 'react';
import type { RunTrace, StepTrace } from '../../../engine/contract/rule.ts';
import { findTrigger } from '../../../engine/rules/triggers.ts';
import { routes } from '../../routes.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { KeyValues, Link, Notice, Time } from '../../ui/index.ts';
import { adviceFor, type RunNode } from './run-nodes.ts';
import { asEvent, eventSentence } from './sample.ts';
import { TraceValues } from './trace-values.tsx';

/** Everything that is known of one stop of a run. */
export function RunDetail({ run, node }: { readonly run: RunTrace; readonly node: RunNode }): ReactElement {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      aria-live="polite"
      className="flex min-w-0 flex-col gap-5 rounded-panel border border-line bg-surface p-4"
    >
      <h2 id={id} className="font-semibold [overflow-wrap:anywhere]">
        {node.title}
      </h2>
      <Body run={run} node={node} />
    </section>
  );
}

function Body({ run, node }: { readonly run: RunTrace; readonly node: RunNode }): ReactElement {
  switch (node.kind) {
    case 'trigger':
      return <TriggerDetail run={run} />;
    case 'gather':
      return <p>{ruleRunText.gatherHelp}</p>;
    case 'condition':
      return (
        <KeyValues
          items={[
            { key: ruleRunText.expected, value: node.check.expected, mono: true },
            { key: ruleRunText.actual, value: node.check.actual, mono: true },
            { key: ruleRunText.verdict, value: node.check.matched ? ruleRunText.held : ruleRunText.missed },
          ]}
        />
      );
    case 'step':
      return <StepDetail step={node.step} />;
  }
}

function TriggerDetail({ run }: { readonly run: RunTrace }): ReactElement {
  const event = asEvent(run.event);
  return (
    <>
      <p className="text-muted">{findTrigger(run.trigger)?.description}</p>
      {event === undefined ? (
        run.eventId === null && <p>{ruleRunText.noEvent}</p>
      ) : (
        <KeyValues
          items={[
            { key: ruleRunText.event, value: <Link href={routes.event(event._id)}>{eventSentence(event)}</Link> },
            { key: ruleRunText.happened, value: <Time at={event.timestamp} show="date-time" /> },
            { key: ruleRunText.path, value: event.path, mono: true },
            { key: ruleRunText.newPath, value: event.target_path, mono: true },
            { key: ruleRunText.from, value: event.ipv4_address, mono: true },
          ]}
        />
      )}
    </>
  );
}

function StepDetail({ step }: { readonly step: StepTrace }): ReactElement {
  const advice = adviceFor(step);
  if (step.state === 'pending' || (step.state === 'skipped' && step.inputs === null && step.detail === null))
    return <p className="text-muted">{ruleRunText.notReached}</p>;
  return (
    <>
      {step.error !== null && (
        <Notice kind={step.state === 'interrupted' ? 'warning' : 'failure'}>
          <p className="[overflow-wrap:anywhere]">{step.error}</p>
        </Notice>
      )}
      {advice !== undefined && (
        <p>
          <span className="font-medium">{ruleRunText.whatToTry}:</span> {advice}
        </p>
      )}
      {step.startedAt !== null && <KeyValues items={[{ key: ruleRunText.started, value: <Time at={step.startedAt} show="seconds" /> }]} />}
      <Part title={ruleRunText.output}>
        <TraceValues values={step.detail} />
      </Part>
      <Part title={ruleRunText.inputs}>
        <TraceValues values={step.inputs} action={step.action} />
      </Part>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-sm font-medium text-muted">{title}</h3>
      {children}
    </div>
  );
}
