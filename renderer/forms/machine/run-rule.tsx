import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { Rule } from '../../../engine/contract/rule.ts';
import { routes } from '../../routes.ts';
import { useCommand } from '../../stores/use-query.ts';
import { rulesText } from '../../text/rules.ts';
import { ConfirmDialog, Notice, showToast } from '../../ui/index.ts';

type Props = {
  /** Undefined while nothing is asked. */
  readonly rule: Rule | undefined;
  readonly onClose: () => void;
};

/** Asks before a rule's actions are done without an event. */
export function RunRule({ rule, onClose }: Props): ReactElement {
  const [, navigate] = useLocation();
  const start = useCommand('rules.run', ['runs.', 'rules.summary']);
  async function run(): Promise<void> {
    const started = rule === undefined ? undefined : await start.run({ id: rule.id });
    if (started === undefined) return;
    const [first] = started.runs;
    showToast({
      title: rulesText.started(started.runs.length),
      action: first === undefined ? undefined : { label: rulesText.showRun, onClick: () => navigate(routes.run(first.id)) },
    });
    onClose();
  }
  return (
    <ConfirmDialog
      open={rule !== undefined}
      onClose={onClose}
      title={rulesText.runTitle(rule?.name ?? '')}
      confirm={rulesText.runNow}
      busy={start.busy}
      onConfirm={() => void run()}
    >
      {rulesText.runBody}
      {start.error !== undefined && <Notice kind="failure">{start.error.message}</Notice>}
    </ConfirmDialog>
  );
}
