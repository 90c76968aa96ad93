import type { Account } from '../contract/account.ts';
import { type Actor, SYSTEM } from '../events/log.ts';
import type { SessionIdentity } from '../vfs/types.ts';

/** Who is behind what a run records. */
export function ruleActor(runId: number | null): Actor {
  return { ...SYSTEM, origin: 'rule', causedBy: runId };
}

/** As whom a run acts in a user's tree: with the right to do everything there, as the administrator who wrote the rule could. */
export function ruleIdentity(account: Account, runId: number | null): SessionIdentity {
  return {
    account: { ...account, enabled: true, permissions: { '/': ['*'] } },
    protocol: 'SFTP',
    address: null,
    client: null,
    method: 'rule',
    origin: 'rule',
    causedBy: runId,
  };
}
