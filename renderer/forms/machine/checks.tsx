import { RotateCw } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { AppError } from '../../../engine/contract/errors.ts';
import type { CheckRow } from '../../../engine/contract/methods/setup.ts';
import type { Input } from '../../../engine/contract/rpc.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { machineText } from '../../text/machine.ts';
import { Button, CheckRows, ErrorState } from '../../ui/index.ts';
import { useSettled } from './use-settled.ts';

type CheckMethod = 'setup.checkFolder' | 'setup.checkPorts' | 'setup.checkReach';

/** Checks as a screen shows them. */
export type Checks = {
  readonly rows: readonly CheckRow[];
  /** The rows are those of another input, or are being found out anew. */
  readonly checking: boolean;
  readonly error: AppError | undefined;
  readonly again: () => void;
  /** Lets the engine carry out a row's remedy; the rows follow by themselves. Resolves with false when it did not work. */
  readonly fix: (row: CheckRow) => Promise<boolean>;
  /** Id of the row whose remedy is being carried out. */
  readonly fixing: string | undefined;
  readonly fixError: AppError | undefined;
};

/** A check that makes itself: once typing pauses, when its input has changed, and after a remedy. Undefined input: nothing to check yet. */
export function useChecks<M extends CheckMethod>(method: M, input: Input<M> | undefined): Checks {
  const settled = useSettled(input ?? null);
  const query = useQuery<CheckMethod>(method, settled ?? undefined);
  const remedy = useCommand('setup.fix');
  const [fixing, setFixing] = useState<string | undefined>(undefined);
  // What a remedy reports of its row: a firewall that cannot be read says so at each new check, however well the remedy went.
  const [fixed, setFixed] = useState<{ readonly of: string; readonly rows: readonly CheckRow[] }>({ of: '', rows: [] });
  const key = JSON.stringify(settled);
  const isSettled = JSON.stringify(input ?? null) === key;
  const rows = query.data?.rows ?? [];
  return {
    rows: fixed.of === key ? rows.map((row) => fixed.rows.find(({ id }) => id === row.id) ?? row) : rows,
    checking: settled !== null && (!isSettled || query.loading),
    error: query.error,
    again() {
      setFixed({ of: '', rows: [] });
      query.reload();
    },
    async fix(row) {
      if (row.fix === null) return false;
      setFixing(row.id);
      const done = await remedy.run({ id: row.fix.id, ...(row.fix.value === undefined ? {} : { value: row.fix.value }) });
      setFixing(undefined);
      if (done === undefined) return false;
      if (row.fix.id === 'create-folder') query.reload();
      else setFixed({ of: key, rows: done.rows });
      return true;
    },
    fixing,
    fixError: remedy.error,
  };
}

type ChecksViewProps = {
  /** What is checked, for screen readers. */
  readonly label: string;
  readonly checks: Checks;
  /** Takes a remedy that is the screen's own, such as a port to put into its field; false leaves it to the engine. */
  readonly onFix?: ((row: CheckRow) => boolean) | undefined;
};

const RUNNING: CheckRow = {
  id: 'running',
  title: machineText.checks.running,
  state: 'running',
  message: machineText.checks.wait,
  fix: null,
};

/** The rows of a check with their remedies, and a button that makes it again. */
export function ChecksView({ label, checks, onFix }: ChecksViewProps): ReactElement {
  const { rows, checking, error, again, fix, fixing, fixError } = checks;
  if (error !== undefined && !checking) return <ErrorState title={machineText.checks.failed} error={error} onRetry={again} />;
  return (
    <div className="flex flex-col gap-3">
      <CheckRows
        label={label}
        rows={rows.length === 0 && checking ? [RUNNING] : rows}
        fixing={fixing}
        onFix={(row) => {
          if (onFix?.(row) !== true) void fix(row);
        }}
      />
      {fixError !== undefined && <ErrorState title={machineText.checks.fixFailed} error={fixError} />}
      <div>
        <Button small icon={RotateCw} busy={checking} onClick={again}>
          {machineText.checks.again}
        </Button>
      </div>
    </div>
  );
}
