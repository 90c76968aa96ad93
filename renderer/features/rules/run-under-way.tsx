import { CircleStop } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import type { Progress } from '../../../engine/contract/push.ts';
import type { RunTrace } from '../../../engine/contract/rule.ts';
import { useConsole } from '../../stores/console.ts';
import { useCommand } from '../../stores/use-query.ts';
import { ruleRunText } from '../../text/rule-run.ts';
import { Button, ConfirmDialog, Notice, ProgressBar, showToast } from '../../ui/index.ts';

/** Ends a run that has not ended yet, after asking. */
export function CancelRun({ id }: Pick<RunTrace, 'id'>): ReactElement {
  const cancel = useCommand('runs.cancel', ['runs.', 'rules.summary']);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button icon={CircleStop} busy={cancel.busy} onClick={() => setAsking(true)}>
        {ruleRunText.cancel}
      </Button>
      {cancel.error !== undefined && (
        <Notice kind="failure" live title={ruleRunText.cancelFailed} onDismiss={cancel.clearError}>
          {cancel.error.message}
        </Notice>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={ruleRunText.cancelTitle}
        confirm={ruleRunText.cancel}
        cancel={ruleRunText.cancelNot}
        danger
        onConfirm={() => {
          setAsking(false);
          void cancel.run({ id }).then((ended) => ended && showToast({ title: ruleRunText.cancelled }));
        }}
      >
        <p>{ruleRunText.cancelBody}</p>
      </ConfirmDialog>
    </>
  );
}

/** How far the action at work has come with its bytes; nothing until it says so. */
export function RunProgress({ id }: Pick<RunTrace, 'id'>): ReactElement | null {
  const { transport } = useConsole().client;
  const [progress, setProgress] = useState<Progress>();
  useEffect(
    () =>
      transport.subscribe({
        message: (message) => {
          if (message.kind === 'progress' && message.runId === id) setProgress(message.state === 'running' ? message : undefined);
        },
        state: () => undefined,
      }),
    [transport, id],
  );
  if (progress === undefined) return null;
  const { title, done, total } = progress;
  return (
    <ProgressBar
      label={title}
      value={total === null || total === 0 ? null : Math.min(1, done / total)}
      words={ruleRunText.progress(done, total)}
    />
  );
}
