import { Ban as BanIcon, ShieldX } from 'lucide-react';
import type { ReactElement } from 'react';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { useAddressCommands } from '../../stores/use-address-commands.ts';
import { useCommand, useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { defenceText } from '../../text/defence.ts';
import { Button, showToast } from '../../ui/index.ts';

/** Blocks the address that an event came from, or lets it in again. */
export function AddressAction({ event }: { readonly event: StoredEvent }): ReactElement | null {
  const address = event.ipv4_address;
  const mayBlock = useRights().calls('defender.block');
  const blocked = useQuery('defender.list', address === null || !mayBlock ? undefined : {}).data?.blocked;
  const commands = useAddressCommands();
  const block = useCommand('defender.block', ['defender.']);
  if (address === null || blocked === undefined) return null;
  const ban = blocked.find((known) => known.address === address || known.network === event.info['network']);
  const error = commands.error ?? block.error;
  return (
    <>
      {ban === undefined ? (
        <Button
          icon={BanIcon}
          busy={block.busy}
          onClick={() =>
            void block.run({ address }).then((made) => {
              if (made !== undefined) showToast({ title: defenceText.wasBlocked(made.network) });
            })
          }
        >
          {defenceText.blockThis}
        </Button>
      ) : (
        <Button icon={ShieldX} busy={commands.busy} onClick={() => void commands.unblock(ban.network)}>
          {defenceText.unblock}
        </Button>
      )}
      {error !== undefined && (
        <p role="alert" className="text-sm text-failure">
          {error.message}
        </p>
      )}
    </>
  );
}
