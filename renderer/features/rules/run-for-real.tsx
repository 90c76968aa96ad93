import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import type { Rule } from '../../../engine/contract/rule.ts';
import { routes } from '../../routes.ts';
import { useCommand } from '../../stores/use-query.ts';
import { ruleFormText } from '../../text/rule-form.ts';
import { ConfirmDialog, Notice } from '../../ui/index.ts';
import { eventSentence } from './sample.ts';

/** Asks, saves what is not saved, does the rule's actions on one past event, and shows the run. */
export function RunForReal({
  event,
  onClose,
  saves,
  save,
  isNew,
}: {
  /** Undefined while nothing is asked. */
  readonly event: StoredEvent | undefined;
  readonly onClose: () => void;
  /** The form holds what is not saved. */
  readonly saves: boolean;
  readonly save: () => Promise<Rule | undefined>;
  readonly isNew: boolean;
}): ReactElement {
  const [, navigate] = useLocation();
  const start = useCommand('rules.run', ['runs.', 'rules.summary']);
  async function run(): Promise<void> {
    const rule = await save();
    if (rule === undefined || event === undefined) {
      onClose();
      return;
    }
    const started = await start.run({ id: rule.id, eventId: event._id });
    const [first] = started?.runs ?? [];
    if (first !== undefined) navigate(routes.run(first.id));
    else if (isNew) navigate(routes.rule(rule.id));
  }
  return (
    <ConfirmDialog
      open={event !== undefined}
      onClose={onClose}
      title={ruleFormText.runForRealTitle}
      confirm={ruleFormText.runForRealConfirm}
      busy={start.busy}
      onConfirm={() => void run()}
    >
      <p>{ruleFormText.runForRealBody(event === undefined ? '' : eventSentence(event))}</p>
      {saves && <p>{isNew ? ruleFormText.runForRealSavesNew : ruleFormText.runForRealSaves}</p>}
      {start.error !== undefined && <Notice kind="failure">{start.error.message}</Notice>}
    </ConfirmDialog>
  );
}
