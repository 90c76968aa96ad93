import { FlaskConical } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { useCommand } from '../../stores/use-query.ts';
import { formatDuration } from '../../text/format.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import type { StepTrace } from '../../../engine/contract/rule.ts';
import { Button, ConfirmDialog, Disclosure, Notice } from '../../ui/index.ts';
import { type DraftStep, stepTitle } from './draft.ts';
import { eventSentence } from './sample.ts';
import { TraceValues } from './trace-values.tsx';
import { ruleRunText } from '../../text/rule-run.ts';

/** Does the one action for real, as it is typed, and shows its trace. */
export function ActionTest({
  step,
  ruleId,
  sample,
}: {
  readonly step: DraftStep;
  readonly ruleId: number | undefined;
  readonly sample: StoredEvent | undefined;
}): ReactElement {
  const [asking, setAsking] = useState(false);
  const [trace, setTrace] = useState<StepTrace>();
  const test = useCommand('rules.testAction');
  const title = stepTitle(step);

  async function run(): Promise<void> {
    setAsking(false);
    setTrace(undefined);
    setTrace(
      await test.run({
        action: step.action,
        config: step.config,
        ...(sample === undefined ? {} : { eventId: sample._id }),
        ...(ruleId === undefined ? {} : { ruleId }),
      }),
    );
  }

  return (
    <div className="flex flex-col gap-3">
      <div>
        <Button small icon={FlaskConical} busy={test.busy} onClick={() => setAsking(true)}>
          {ruleFormText.testAction}
        </Button>
      </div>
      {test.error !== undefined && (
        <Notice kind="failure" live title={ruleFormText.testRefused} onDismiss={test.clearError}>
          {test.error.message}
        </Notice>
      )}
      {trace !== undefined && (
        <Notice
          kind={trace.state === 'done' ? 'ok' : 'failure'}
          live
          title={trace.state === 'done' ? ruleFormText.testDone(formatDuration(trace.durationMs ?? 0)) : ruleFormText.testFailed}
          onDismiss={() => setTrace(undefined)}
        >
          {trace.error !== null && <p>{trace.error}</p>}
          <Disclosure title={ruleRunText.inputs}>
            <TraceValues values={trace.inputs} action={trace.action} />
          </Disclosure>
          <Disclosure title={ruleRunText.output}>
            <TraceValues values={trace.detail} />
          </Disclosure>
        </Notice>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={ruleFormText.testTitle(title)}
        confirm={ruleFormText.testConfirm}
        onConfirm={() => void run()}
      >
        {sample === undefined ? ruleFormText.testBodySample : ruleFormText.testBody(eventSentence(sample))}
      </ConfirmDialog>
    </div>
  );
}
