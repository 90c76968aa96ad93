import type { ReactElement } from 'react';
import type { Account } from '../../../engine/contract/account.ts';
import { useAddressCommands } from '../../stores/use-address-commands.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { defenceText } from '../../text/defence.ts';
import { Button, ErrorState, Notice } from '../../ui/index.ts';

/** That the partner itself may have been locked out: an address that tried this name is blocked, with the ways back in. */
export function BlockedNotice({
  account,
  failedFrom,
  now,
}: {
  readonly account: Account;
  readonly failedFrom: string | null;
  readonly now: number;
}): ReactElement | null {
  const { calls } = useRights();
  const blocked = useQuery('defender.list', calls('defender.list') ? {} : undefined).data?.blocked ?? [];
  const commands = useAddressCommands();
  const ban = blocked.find(({ logins, address }) => logins.includes(account.username) || address === failedFrom);
  if (ban === undefined) return null;
  return (
    <Notice
      kind="warning"
      action={
        calls('defender.unblock') && (
          <div className="flex flex-wrap gap-2">
            <Button busy={commands.busy} onClick={() => void commands.unblock(ban.network)}>
              {defenceText.unblock}
            </Button>
            <Button onClick={() => void commands.allow(ban.address)}>{defenceText.allow}</Button>
          </div>
        )
      }
    >
      {defenceText.partner(ban.network, defenceText.left(ban.until, now))}
      {commands.error !== undefined && <ErrorState title={defenceText.failed} error={commands.error} />}
    </Notice>
  );
}
