import type { ActionContext } from '../actions/runner.ts';
import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { ChosenFolders } from '../contract/places.ts';
import type { FileTree, Session, SessionIdentity } from '../vfs/types.ts';
import { hiddenPath } from './fields.ts';
import type { Attempt } from './perform.ts';
import { ruleIdentity } from './rule-actor.ts';
import type { RulesServices } from './services.ts';

/** The trees of one step. */
export type StepPlaces = Pick<ActionContext, 'source' | 'target'> & {
  /** The affected user's tree. Rejects with `action_failed` without a user. */
  tree(): Promise<Session>;
  /** Closes what was opened. Never rejects. */
  close(): Promise<void>;
};

type Closable = { close(reason: string): Promise<void> };

/**
 * Opens the trees that a step names when its action first asks for them, each once: the same name is the same tree, so that what stays in
 * one is done there in one go.
 */
export function stepPlaces(
  { vfs, virtualFolders, log }: Pick<RulesServices, 'vfs' | 'virtualFolders' | 'log'>,
  { runId, account, event, prepared }: Pick<Attempt, 'runId' | 'account' | 'event' | 'prepared'>,
  signal: AbortSignal,
): StepPlaces {
  const opened = new Map<string, Promise<FileTree & Closable>>();
  let ownTree: Promise<Session> | undefined;
  const { sourceFolder = '', targetFolder = '' } = chosenFolders(prepared.config);

  function tree(): Promise<Session> {
    if (account === null) return Promise.reject(new AppError('action_failed', 'There is no user in whose files this action could act.'));
    ownTree ??= vfs.openSession({ ...ruleIdentity(account, runId), ...unpublished(event) });
    return ownTree;
  }

  function place(folder: string): Promise<FileTree> {
    if (folder === '') return tree();
    const key = folder.toLowerCase();
    const found = opened.get(key) ?? virtualFolders.open(folder, { account, runId, signal });
    opened.set(key, found);
    return found;
  }

  return {
    tree,
    source: () => place(sourceFolder),
    target: () => place(targetFolder === '' ? sourceFolder : targetFolder),
    async close() {
      const all: Promise<Closable>[] = [...opened.values(), ...(ownTree === undefined ? [] : [ownTree])];
      for (const one of all)
        await one.then((session) => session.close('rule')).catch((error: unknown) => log.debug('a tree of an action did not open', error));
    },
  };
}

/** The folders that a step's configuration names, where its action has such fields. */
export function chosenFolders(config: Readonly<Record<string, unknown>>): ChosenFolders {
  const named = (key: keyof ChosenFolders): string | undefined => (typeof config[key] === 'string' ? config[key] : undefined);
  return { sourceFolder: named('sourceFolder'), targetFolder: named('targetFolder') };
}

/** Before a file is published, the rule finds it under its name all the same. */
function unpublished(event: StoredEvent | null): Pick<SessionIdentity, 'unpublished'> {
  const hidden = event === null ? undefined : hiddenPath(event);
  if (event === null || event.path === null || hidden === undefined) return {};
  return { unpublished: { path: event.path, hidden } };
}
