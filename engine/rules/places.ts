import type { ActionContext } from '../actions/runner.ts';
import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { FileTree, Session, SessionIdentity } from '../vfs/types.ts';
import { hiddenPath } from './fields.ts';
import { chosenFolders } from './chosen-folders.ts';
import type { Attempt } from './perform.ts';
import { ruleIdentity } from './rule-actor.ts';
import { recordSent } from './sent-file.ts';
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
export function stepPlaces(services: RulesServices, attempt: Attempt, signal: AbortSignal): StepPlaces {
  const { vfs, virtualFolders, log, clock } = services;
  const { runId, account, event, prepared } = attempt;
  const opened = new Map<string, Promise<FileTree & Closable>>();
  let ownTree: Promise<Session> | undefined;
  const { sourceFolder = '', targetFolder = '' } = chosenFolders(prepared.config);

  function tree(): Promise<Session> {
    if (account === null) return Promise.reject(new AppError('action_failed', 'There is no user in whose files this action could act.'));
    ownTree ??= vfs.openSession({ ...ruleIdentity(account, runId), ...unpublished(event) });
    return ownTree;
  }

  function open(folder: string): Promise<FileTree & Closable> {
    const startedAt = clock.now();
    return virtualFolders.open(folder, {
      account,
      runId,
      signal,
      arrived: (file) => recordSent(services, attempt, { ...file, durationMs: clock.now() - startedAt }, folder),
    });
  }

  function place(folder: string): Promise<FileTree> {
    if (folder === '') return tree();
    const key = folder.toLowerCase();
    const found = opened.get(key) ?? open(folder);
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

/** Before a file is published, the rule finds it under its name all the same. */
function unpublished(event: StoredEvent | null): Pick<SessionIdentity, 'unpublished'> {
  const hidden = event === null ? undefined : hiddenPath(event);
  if (event === null || event.path === null || hidden === undefined) return {};
  return { unpublished: { path: event.path, hidden } };
}
