import type { ReactElement } from 'react';
import { QuietHours } from '../../forms/machine/quiet-hours.tsx';
import { TestNotice } from '../../forms/machine/test-notice.tsx';
import { useConsole } from '../../stores/console.ts';
import { setupText } from '../../text/setup.ts';
import { Checkbox } from '../../ui/index.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.alerts;

export function AlertsStep({ answers, change }: StepProps): ReactElement {
  const { shell } = useConsole();
  return (
    <>
      <div className="flex flex-col gap-4">
        <Checkbox label={text.newFiles} help={text.newFilesHelp} checked={answers.newFiles} onChange={(newFiles) => change({ newFiles })} />
        <QuietHours value={answers.quietHours} onChange={(quietHours) => change({ quietHours })} />
      </div>
      <TestNotice />
      {shell.startAtSignIn === null ? (
        <p className="max-w-prose text-sm text-muted">{text.noStart}</p>
      ) : (
        <div className="flex flex-col gap-4">
          <Checkbox
            label={text.startAtSignIn}
            help={text.startAtSignInHelp}
            checked={answers.startAtSignIn}
            onChange={(startAtSignIn) => change({ startAtSignIn })}
          />
          <Checkbox label={text.preventSleep} checked={answers.preventSleep} onChange={(preventSleep) => change({ preventSleep })} />
        </div>
      )}
    </>
  );
}
