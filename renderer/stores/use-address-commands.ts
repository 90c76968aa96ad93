import type { AppError } from '../../engine/contract/errors.ts';
import { defenceText } from '../text/defence.ts';
import { showToast } from '../ui/index.ts';
import { useCommand } from './use-query.ts';

/** What can be done about an address that is blocked, with a word of success at the foot of the page. */
export type AddressCommands = {
  readonly unblock: (address: string) => Promise<void>;
  /** Puts it on the allow list, which lifts the block too. */
  readonly allow: (address: string) => Promise<void>;
  readonly busy: boolean;
  readonly error: AppError | undefined;
};

const OUTDATED = ['defender.', 'ipLists.'];

export function useAddressCommands(): AddressCommands {
  const unblock = useCommand('defender.unblock', OUTDATED);
  const save = useCommand('ipLists.save', OUTDATED);
  return {
    busy: unblock.busy || save.busy,
    error: unblock.error ?? save.error,
    async unblock(address) {
      if ((await unblock.run({ address })) !== undefined) showToast({ title: defenceText.unblocked(address) });
    },
    async allow(address) {
      if ((await save.run({ network: address, mode: 'allow' })) !== undefined) showToast({ title: defenceText.allowed(address) });
    },
  };
}
