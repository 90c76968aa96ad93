import type { ReactElement } from 'react';
import type { Rule } from '../../../engine/contract/rule.ts';
import { useCommand } from '../../stores/use-query.ts';
import { rulesText } from '../../text/rules.ts';
import { ConfirmDialog, Notice, showToast } from '../../ui/index.ts';

type Props = {
  /** Undefined while nothing is asked. */
  readonly rule: Rule | undefined;
  readonly onClose: () => void;
};

/** Asks before a rule is deleted, and says what stays. */
export function DeleteRule({ rule, onClose, onDeleted }: Props & { readonly onDeleted?: (() => void) | undefined }): ReactElement {
  const remove = useCommand('rules.delete', ['rules.']);
  async function run(): Promise<void> {
    if (rule === undefined || (await remove.run({ id: rule.id })) === undefined) return;
    showToast({ title: rulesText.removed(rule.name) });
    onClose();
    onDeleted?.();
  }
  return (
    <ConfirmDialog
      open={rule !== undefined}
      onClose={onClose}
      title={rulesText.removeTitle(rule?.name ?? '')}
      confirm={rulesText.removeConfirm}
      danger
      busy={remove.busy}
      onConfirm={() => void run()}
    >
      {rulesText.removeBody}
      {remove.error !== undefined && <Notice kind="failure">{remove.error.message}</Notice>}
    </ConfirmDialog>
  );
}
