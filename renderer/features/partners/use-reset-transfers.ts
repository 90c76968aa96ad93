import { useState } from 'react';
import { asAppError } from '../../rpc/client.ts';
import { useConsole } from '../../stores/console.ts';
import { limitsText } from '../../text/limits.ts';
import { partnersText } from '../../text/partners.ts';
import { showToast } from '../../ui/index.ts';

/** Sets the counters of the transfer limits back. */
export function useResetTransfers(username: string): { readonly busy: boolean; readonly run: () => void } {
  const { client, queries } = useConsole();
  const [busy, setBusy] = useState(false);
  async function reset(): Promise<void> {
    setBusy(true);
    try {
      await client.call('accounts.resetTransfers', { username });
      queries.invalidate('accounts.');
      showToast({ title: limitsText.resetDone });
    } catch (thrown) {
      showToast({ title: partnersText.failed, body: asAppError(thrown).message });
    } finally {
      setBusy(false);
    }
  }
  return { busy, run: () => void reset() };
}
