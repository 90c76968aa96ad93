import { passwordEnds } from '../accounts/password-age.ts';
import type { ActionContext, Upkeep } from '../actions/runner.ts';
import { AppError } from '../contract/errors.ts';
import { measureTree } from '../vfs/tree.ts';
import type { Attempt } from './perform.ts';
import { ruleActor } from './rule-actor.ts';
import type { RulesServices } from './services.ts';

/** Accounts whose files are being counted. */
const counting = new WeakMap<RulesServices['store'], Set<number>>();
const COUNTS = 3;

/** What an action may do for the installation; changes are recorded as the run's. */
export function upkeepFor(
  services: RulesServices,
  { runId, account }: Pick<Attempt, 'runId' | 'account'>,
  signal: AbortSignal,
  session: ActionContext['session'],
): Upkeep {
  const { accounts, upkeep } = services;
  const by = { actor: ruleActor(runId), batchId: null };
  return {
    backup: (options) => upkeep.backup(options, signal),
    rotateLog: () => upkeep.rotateLog(),
    recount: () => recount(services, account, session, signal),
    accounts: () => accounts.list(),
    async setEnabled(username, enabled) {
      const found = accounts.list().find((one) => one.username.toLowerCase() === username.toLowerCase());
      if (found === undefined) throw new AppError('not_found', `There is no account ${username}.`);
      return found.enabled === enabled ? found : await accounts.save({ username: found.username, enabled }, by);
    },
    passwordEnds: (one) => passwordEnds(accounts.effective(one), services.settings().passwords.expireDays),
    async resetTransfers() {
      if (account === null) throw new AppError('action_failed', 'There is no user whose transfers could be counted anew.');
      const before = accounts.byId(account.id);
      await accounts.resetTransfers(account.username, by);
      return { uploaded: before?.uploadedBytes ?? 0, downloaded: before?.downloadedBytes ?? 0 };
    },
    block: (wish) => services.defender.block(wish, by),
    async unblock(address) {
      try {
        await services.defender.unblock(address, by);
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'not_found') return false;
        throw error;
      }
    },
    async deleteAccount(username) {
      await accounts.delete(username, by);
    },
  };
}

/** Uploads go on meanwhile. The count that nothing changed under is exact; after some attempts what changed is added to the last one. */
async function recount(
  { store, accounts }: Pick<RulesServices, 'store' | 'accounts'>,
  account: Attempt['account'],
  session: ActionContext['session'],
  signal: AbortSignal,
): ReturnType<Upkeep['recount']> {
  const tree = await session();
  if (account === null) throw new AppError('action_failed', 'There is no user whose files could be counted.');
  const busy = counting.get(store) ?? new Set<number>();
  counting.set(store, busy);
  if (busy.has(account.id)) throw new AppError('busy', `The files of ${account.username} are being counted already. Try again later.`);
  busy.add(account.id);
  try {
    const { usage } = store.tables;
    // What lies in virtual folders counts there, and only on request in the account too.
    const { folders } = accounts.effective(account);
    const elsewhere = new Set(folders.filter(({ countsInAccount }) => !countsInAccount).map(({ path }) => path));
    for (let attempt = 1; ; attempt++) {
      const before = { ...usage.get(account.id) };
      const found = await measureTree(tree, '/', signal, elsewhere);
      const now = usage.get(account.id);
      if (attempt < COUNTS && (now.bytes !== before.bytes || now.files !== before.files)) continue;
      store.transaction(() => usage.add(account.id, found.bytes - before.bytes, found.files - before.files));
      return { before, after: { ...usage.get(account.id) } };
    }
  } finally {
    busy.delete(account.id);
  }
}
