import { isDeepStrictEqual } from 'node:util';
import { passwordEnds } from '../accounts/password-age.ts';
import type { Upkeep, Use } from '../actions/runner.ts';
import type { Account } from '../contract/account.ts';
import { AppError } from '../contract/errors.ts';
import { measureTree } from '../vfs/tree.ts';
import type { Session } from '../vfs/types.ts';
import type { Attempt } from './perform.ts';
import { ruleActor, ruleIdentity } from './rule-actor.ts';
import type { RulesServices } from './services.ts';

/** Accounts and virtual folders whose files are being counted. */
const counting = new WeakMap<RulesServices['store'], Set<string>>();
const COUNTS = 3;

/** What an action may do for the installation; changes are recorded as the run's. */
export function upkeepFor(
  services: RulesServices,
  { runId, account }: Pick<Attempt, 'runId' | 'account'>,
  signal: AbortSignal,
  tree: () => Promise<Session>,
): Upkeep {
  const { accounts, upkeep } = services;
  const by = { actor: ruleActor(runId), batchId: null };
  const accountNamed = (username: string): Account | undefined =>
    accounts.list().find((one) => one.username.toLowerCase() === username.toLowerCase());
  return {
    backup: (options) => upkeep.backup(options, signal),
    rotateLog: () => upkeep.rotateLog(),
    recount: () => recount(services, account, tree, signal),
    recountFolder: (name) => recountFolder(services, name, runId, signal),
    accounts: () => accounts.list(),
    async setEnabled(username, enabled) {
      const found = accountNamed(username);
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
    hasAccount: (username) => accountNamed(username) !== undefined,
    hasAdmin: (name) => services.admins.get(name) !== undefined,
    async saveAccount(input) {
      const before = accountNamed(input.username);
      if (before !== undefined && isSame(input, before)) return 'left as it is';
      await accounts.save(input, by);
      return before === undefined ? 'created' : 'updated';
    },
    async saveAdmin(input) {
      const before = services.admins.get(input.name);
      if (before !== undefined && isSame({ ...input, name: before.name }, before)) return 'left as it is';
      await services.admins.save(input, by);
      return before === undefined ? 'created' : 'updated';
    },
    async deleteAccount(username) {
      await accounts.delete(username, by);
    },
  };
}

/** Whether a record holds all that is given already. Passwords and keys, which it does not show, are written anew. */
function isSame(input: object, record: object): boolean {
  const kept = new Map<string, unknown>(Object.entries(record));
  return Object.entries(input).every(
    ([key, value]) => value === undefined || key === 'username' || isDeepStrictEqual(kept.get(key), value),
  );
}

type Table = RulesServices['store']['tables']['usage'];

/**
 * Sets a counter to what `measure` finds. Uploads go on meanwhile: the count that nothing changed under is exact; after some attempts what
 * changed is added to the last one.
 */
async function recountWith(
  { store }: Pick<RulesServices, 'store'>,
  usage: Table,
  { id, key, busyWords }: { readonly id: number; readonly key: string; readonly busyWords: string },
  measure: () => Promise<Use>,
): Promise<{ before: Use; after: Use }> {
  const busy = counting.get(store) ?? new Set<string>();
  counting.set(store, busy);
  if (busy.has(key)) throw new AppError('busy', busyWords);
  busy.add(key);
  try {
    for (let attempt = 1; ; attempt++) {
      const before = { ...usage.get(id) };
      const found = await measure();
      const now = usage.get(id);
      if (attempt < COUNTS && (now.bytes !== before.bytes || now.files !== before.files)) continue;
      store.transaction(() => usage.add(id, found.bytes - before.bytes, found.files - before.files));
      return { before, after: { ...usage.get(id) } };
    }
  } finally {
    busy.delete(key);
  }
}

async function recount(
  services: Pick<RulesServices, 'store' | 'accounts'>,
  account: Attempt['account'],
  tree: () => Promise<Session>,
  signal: AbortSignal,
): ReturnType<Upkeep['recount']> {
  const session = await tree();
  if (account === null) throw new AppError('action_failed', 'There is no user whose files could be counted.');
  // What lies in virtual folders counts there, and only on request in the account too.
  const { folders } = services.accounts.effective(account);
  const elsewhere = new Set(folders.filter(({ countsInAccount }) => !countsInAccount).map(({ path }) => path));
  const busyWords = `The files of ${account.username} are being counted already. Try again later.`;
  return await recountWith(services, services.store.tables.usage, { id: account.id, key: `account ${account.id}`, busyWords }, () =>
    measureTree(session, '/', signal, elsewhere),
  );
}

/** A folder whose path names the account is another one for each of them: together they are what its quota is for. */
async function recountFolder(
  services: RulesServices,
  name: string,
  runId: number | null,
  signal: AbortSignal,
): ReturnType<Upkeep['recountFolder']> {
  const { store, accounts } = services;
  const folder = store.tables.folders.byName(name.trim());
  if (folder === undefined) throw new AppError('not_found', `There is no virtual folder ${name}.`);
  if (folder.remote !== null)
    throw new AppError('action_failed', `The virtual folder ${folder.name} is on another server, whose storage is not counted here.`);
  const places = new Map<string, { readonly account: Account; readonly path: string }>();
  for (const account of accounts.list().map((one) => accounts.effective(one))) {
    const mount = account.folders.find((one) => one.folder.toLowerCase() === folder.name.toLowerCase());
    if (mount === undefined) continue;
    const place = folder.path.replaceAll('%username%', account.username).replaceAll('%role%', account.role ?? '');
    if (!places.has(place)) places.set(place, { account, path: mount.path });
  }
  if (places.size === 0)
    throw new AppError('action_failed', `Nobody has the virtual folder ${folder.name}, so there is no tree to count it in.`);
  const busyWords = `The files of ${folder.name} are being counted already. Try again later.`;
  return await recountWith(services, store.tables.folderUsage, { id: folder.id, key: `folder ${folder.id}`, busyWords }, async () => {
    const total = { bytes: 0, files: 0 };
    for (const { account, path } of places.values()) {
      const found = await measureIn(services, account, path, runId, signal);
      total.bytes += found.bytes;
      total.files += found.files;
    }
    return total;
  });
}

async function measureIn(
  { vfs }: Pick<RulesServices, 'vfs'>,
  account: Account,
  path: string,
  runId: number | null,
  signal: AbortSignal,
): Promise<Use> {
  const session = await vfs.openSession(ruleIdentity(account, runId));
  try {
    // Another virtual folder inside it counts by itself.
    const inside = new Set(account.folders.map((mount) => mount.path).filter((other) => other !== path));
    return await measureTree(session, path, signal, inside);
  } finally {
    await session.close('rule');
  }
}
