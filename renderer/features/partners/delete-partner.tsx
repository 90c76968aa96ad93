import type { ReactElement } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import { useCommand } from '../../stores/use-query.ts';
import { partnersText } from '../../text/partners.ts';
import { ConfirmDialog, Notice, showToast } from '../../ui/index.ts';
import { partnerName } from './partner-state.ts';

/** Asks before an account is deleted, and says what stays. */
export function DeletePartner({
  account,
  onClose,
  onDeleted,
}: {
  /** Undefined while nothing is asked. */
  readonly account: Account | undefined;
  readonly onClose: () => void;
  readonly onDeleted?: (() => void) | undefined;
}): ReactElement {
  const remove = useCommand('accounts.delete', ['accounts.']);
  async function run(): Promise<void> {
    if (account === undefined || (await remove.run({ username: account.username })) === undefined) return;
    showToast({ title: partnersText.removed(partnerName(account)) });
    onClose();
    onDeleted?.();
  }
  return (
    <ConfirmDialog
      open={account !== undefined}
      onClose={onClose}
      title={partnersText.removeTitle(account === undefined ? '' : partnerName(account))}
      confirm={partnersText.removeConfirm}
      danger
      busy={remove.busy}
      onConfirm={() => void run()}
    >
      {partnersText.removeBody(account?.home ?? '')}
      {remove.error !== undefined && <Notice kind="failure">{remove.error.message}</Notice>}
    </ConfirmDialog>
  );
}
