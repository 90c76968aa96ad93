import type { ActionId, ACTIONS } from './catalog.ts';
import { runCommand } from './command/run.ts';
import { runCopy } from './copy/run.ts';
import { runDelete } from './delete/run.ts';
import { runEmail } from './email/run.ts';
import { runHttp } from './http/run.ts';
import { runRename } from './rename/run.ts';
import type { AnyRunner, Runner } from './runner.ts';

/** What each action of the catalogue does; an action without a runner, or the other way round, does not compile. */
const RUNNERS = {
  http: runHttp,
  email: runEmail,
  command: runCommand,
  copy: runCopy,
  rename: runRename,
  delete: runDelete,
} satisfies { [Id in ActionId]: Runner<(typeof ACTIONS)[Id]> };

/** The runner of an action, for a configuration that the same entry's schema has parsed. */
export function runnerOf(id: ActionId): AnyRunner {
  return RUNNERS[id] as unknown as AnyRunner;
}
