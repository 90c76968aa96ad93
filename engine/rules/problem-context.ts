import type { ProblemContext } from './problems.ts';
import { parseFlow } from './pinned-flows.ts';
import type { RulesServices } from './services.ts';

/** The world as it is now, for the checks of rules, flows and saved actions. */
export function problemContext({ store, clock, settings, accounts, pgpKeys }: RulesServices): ProblemContext {
  const { flows } = store.tables;
  return {
    now: clock.now(),
    allowedCommands: settings().commands.allowed,
    hasAccount: (username) => accounts.list().some((account) => account.username.toLowerCase() === username.toLowerCase()),
    hasGroup: (name) => store.tables.groups.byName(name) !== undefined,
    flow(id) {
      const row = flows.get(id);
      return row === undefined ? undefined : { definition: parseFlow(row), isComplete: row.problems === '[]' };
    },
    pgpKey: (id) => pgpKeys.find(id),
    folder(name) {
      const row = store.tables.folders.byName(name);
      return row === undefined ? undefined : { isPersonal: store.tables.folders.isPersonal(name), isRemote: row.remote !== null };
    },
    hasSavedAction: (id) => flows.savedActions.get(id) !== undefined,
  };
}
