import { homePath } from '../accounts/home.ts';
import { mountsOf } from '../accounts/mounts.ts';
import { type Connector, createConnector } from '../outbound/connector.ts';
import { createFolderTrees, type FolderTrees } from '../partners/folder-trees.ts';
import { createRules, type Rules, type RulesServices } from '../rules/index.ts';
import type { Base } from './base.ts';
import type { Partners } from './partners.ts';
import type { UpkeepSide } from './upkeep.ts';

/** The rules, and the one way out of the engine that they share with the sign-in at an identity provider. */
export type Automation = Rules & { readonly connector: Connector; readonly folderTrees: FolderTrees };

/** The rules with all that their actions may use. Nothing runs before they are started. `httpPorts` are 0 while the console is not served. */
export function assembleAutomation(
  base: Base,
  { accounts, admins, vfs, listeners, defence, mailCodes }: Partners,
  { backups, rotateLog }: UpkeepSide,
  { httpPorts, notify }: { readonly httpPorts: () => readonly number[]; readonly notify: RulesServices['notify'] },
): Automation {
  const { effective, folders } = base;
  const connector = createConnector({
    settings: () => effective().outbound,
    isOwnPort: (port) => listeners.hasPort(port) || httpPorts().includes(port),
  });
  const folderTrees = createFolderTrees({ store: base.store, vfs, folders, secrets: base.secrets, connector });
  const rules = createRules({
    store: base.store,
    events: base.events,
    clock: base.clock,
    log: base.logger('rules'),
    secrets: base.secrets,
    settings: effective,
    pgpKeys: base.pgpKeys,
    accounts,
    admins,
    defender: defence.defender,
    mailCodes,
    vfs: {
      openSession: (identity) => vfs.openSession(identity),
      treesOf(kept) {
        const account = accounts.effective(kept);
        return [{ path: '/', place: homePath(account.home, folders()) }, ...mountsOf(base.store, account, folders())];
      },
    },
    virtualFolders: folderTrees,
    connector,
    upkeep: { backup: (options, signal) => backups.create(options, signal), rotateLog },
    progress: (step) => base.publish({ kind: 'progress', ...step }),
    notify,
    exchangeFolders: () => [folders().exchangeFolder],
  });
  rules.subscribe((runs) => base.push.publish({ kind: 'runs', runs }));
  return Object.assign(rules, { connector, folderTrees });
}
