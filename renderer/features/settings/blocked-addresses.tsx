import { Ban as BanIcon, ShieldCheck, ShieldX } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Ban } from '../../../engine/contract/defence.ts';
import { useAddressCommands } from '../../stores/use-address-commands.ts';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { defenceText } from '../../text/defence.ts';
import { Button, type Column, ErrorState, Skeleton, Status, Table } from '../../ui/index.ts';
import { BlockDialog } from './block-dialog.tsx';

/** Who is kept out now, each with a way back in. */
export function BlockedAddresses(): ReactElement {
  const found = useQuery('defender.list', {});
  const commands = useAddressCommands();
  const mayChange = useRights().calls('defender.block');
  const [blocking, setBlocking] = useState(false);
  const [now] = useState(() => Date.now());
  if (found.data === undefined) {
    if (found.error === undefined) return <Skeleton rows={2} shape="row" />;
    return <ErrorState title={defenceText.cannotRead} error={found.error} onRetry={found.reload} />;
  }
  const { blocked, watched } = found.data;
  return (
    <>
      {commands.error !== undefined && <ErrorState title={defenceText.failed} error={commands.error} />}
      {blocked.length === 0 ? (
        <Status kind="ok">{defenceText.none}</Status>
      ) : (
        <Table
          label={defenceText.list}
          rows={blocked}
          columns={columns(now)}
          rowId={({ network }) => network}
          rowName={({ network }) => network}
          actions={({ network, address }) =>
            mayChange
              ? [
                  { label: defenceText.unblock, icon: ShieldX, quick: true, onSelect: () => void commands.unblock(network) },
                  { label: defenceText.allow, icon: ShieldCheck, onSelect: () => void commands.allow(address) },
                ]
              : []
          }
        />
      )}
      {watched.length > 0 && <p className="text-sm text-muted">{defenceText.watched(watched.length)}</p>}
      {mayChange && (
        <div>
          <Button icon={BanIcon} onClick={() => setBlocking(true)}>
            {defenceText.block}
          </Button>
        </div>
      )}
      {blocking && <BlockDialog onClose={() => setBlocking(false)} />}
    </>
  );
}

function columns(now: number): readonly Column<Ban>[] {
  const { columns: titles, by } = defenceText;
  return [
    {
      id: 'address',
      title: titles.address,
      cell: ({ network }) => <span className="font-mono">{network}</span>,
      sortBy: ({ network }) => network,
    },
    { id: 'reason', title: titles.reason, cell: (ban) => `${ban.reason} (${ban.by === 'defender' ? by.defender(ban.score) : by[ban.by]})` },
    { id: 'tried', title: titles.tried, cell: ({ logins }) => logins.join(', '), wideOnly: true },
    { id: 'left', title: titles.left, cell: ({ until }) => defenceText.left(until, now), sortBy: ({ until }) => until ?? '9' },
  ];
}
