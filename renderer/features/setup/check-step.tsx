import { RotateCw } from 'lucide-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { CheckRow } from '../../../engine/contract/methods/setup.ts';
import type { AppError } from '../../../engine/contract/errors.ts';
import { WatchPanel } from '../../forms/machine/watch-panel.tsx';
import { asAppError } from '../../rpc/client.ts';
import { useConsole, useLive } from '../../stores/console.ts';
import { useCommand } from '../../stores/use-query.ts';
import { machineText } from '../../text/machine.ts';
import { setupText } from '../../text/setup.ts';
import { Button, Checkbox, CheckRows, ErrorState, Notice, Spinner } from '../../ui/index.ts';
import { switchServers } from './save-step.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.check;

export function CheckStep(props: StepProps): ReactElement {
  const { answers, setup, ignored, onIgnore, problem } = props;
  const { live } = useConsole();
  const rows = useLive(({ selfTest }) => selfTest);
  const { run, running, error } = useSelfTest(props);
  const remedy = useCommand('setup.fix');
  const [fixing, setFixing] = useState<string | undefined>(undefined);
  const failed = rows.filter(({ state }) => state === 'failed');
  const hasPassed = !running && rows.length > 0 && failed.length === 0;

  async function fix(row: CheckRow): Promise<void> {
    if (row.fix === null) return;
    setFixing(row.id);
    const done = await remedy.run({ id: row.fix.id, ...(row.fix.value === undefined ? {} : { value: row.fix.value }) });
    setFixing(undefined);
    if (done === undefined) return;
    // This remedy tests by itself.
    if (row.fix.id === 'restart-listener') live.setState({ selfTest: done.rows });
    else await run();
  }

  return (
    <>
      {problem?.field === 'check' && (
        <Notice kind="failure" live>
          {problem.message}
        </Notice>
      )}
      {hasPassed && (
        <Notice kind="ok" live>
          {text.passed}
        </Notice>
      )}
      {rows.length > 0 ? (
        <CheckRows label={text.rows} rows={rows} onFix={(row) => void fix(row)} fixing={fixing} />
      ) : (
        running && <Spinner words={text.starting} />
      )}
      {error !== undefined && <ErrorState title={text.failed} error={error} effect={text.failedEffect} onRetry={() => void run()} />}
      {remedy.error !== undefined && <ErrorState title={machineText.checks.fixFailed} error={remedy.error} />}
      <div>
        <Button small icon={RotateCw} busy={running} onClick={() => void run()}>
          {text.run}
        </Button>
      </div>
      {!running && failed.length > 0 && !setup.done && (
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-1 font-semibold">{text.ignore}</legend>
          <p className="max-w-prose text-sm text-muted">{text.ignoreHelp}</p>
          {failed.map(({ id, title }) => (
            <Checkbox
              key={id}
              label={text.ignoreRow(title)}
              checked={ignored.includes(id)}
              onChange={(on) => onIgnore(on ? [...ignored, id] : ignored.filter((other) => other !== id))}
            />
          ))}
        </fieldset>
      )}
      {answers.fromInternet && <WatchPanel />}
    </>
  );
}

/** Switches the servers on and tries them, at once and when asked again; the rows come by push into the store. */
function useSelfTest({ answers, change, setup, onIgnore }: StepProps): {
  readonly run: () => Promise<void>;
  readonly running: boolean;
  readonly error: AppError | undefined;
} {
  const { client, live } = useConsole();
  const [running, setRunning] = useState(true);
  const [error, setError] = useState<AppError | undefined>(undefined);
  const isStarted = useRef(false);

  async function run(): Promise<void> {
    setRunning(true);
    setError(undefined);
    onIgnore([]);
    live.setState({ selfTest: [] });
    try {
      if (!setup.done) {
        // Servers that were on before the set-up stay on whatever becomes of the test.
        const { sftp, ftp } = setup.settings;
        change({ testing: answers.testing || !(sftp.enabled || ftp.enabled) });
        await switchServers({ client }, answers, true);
      }
      const { rows } = await client.call('setup.selfTest');
      // Pushed rows may have been lost; the answer is whole.
      live.setState({ selfTest: rows });
    } catch (thrown) {
      setError(asAppError(thrown));
    }
    setRunning(false);
  }

  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    void run();
    // Once per visit of this step.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return { run, running, error };
}
