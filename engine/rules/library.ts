import { AppError } from '../contract/errors.ts';
import type { Flow, FlowInput, SavedAction, SavedActionInput, UserOf } from '../contract/flow.ts';
import { type RuleProblem, type RuleStep, stepSchema } from '../contract/rule.ts';
import type { EventDraft } from '../events/log.ts';
import { isoTime } from '../lib/clock.ts';
import type { NamedRow } from '../store/flows-table.ts';
import { calledFlows, type FlowDefinition, flowsNow, parseFlow } from './pinned-flows.ts';
import { actionProblems, flowProblems } from './problems.ts';
import { problemContext } from './problem-context.ts';
import { flowVersion, refreshUsers } from './refresh.ts';
import type { Change } from './rule-book.ts';
import { parseDefinition } from './definition.ts';
import { type ActionDefinitionText, parseAction, savedSecrets, withSavedActions } from './saved-actions.ts';
import { pgpKeysOf, usesFolder } from './step-refs.ts';
import { hideSecrets, sealSteps, secretRefs } from './seal.ts';
import type { RulesServices } from './services.ts';
import { updateInfo } from '../events/record-change.ts';

/** Flows and saved actions as people keep them. Unknown ids reject with `not_found`, names that are taken with `conflict`. */
export type Library = {
  flows(): Flow[];
  /** Throws `not_found`. */
  flow(id: number): Flow;
  /** One that cannot work is kept with its problems, and so are the rules and flows that call it. */
  saveFlow(input: FlowInput, by: Change): Promise<Flow>;
  /** Rejects with `conflict` while something calls it, and names that. */
  deleteFlow(id: number, by: Change): Promise<Flow>;
  actions(): SavedAction[];
  saveAction(input: SavedActionInput, by: Change): Promise<SavedAction>;
  /** Rejects with `conflict` while something uses it, and names that. */
  deleteAction(id: number, by: Change): Promise<SavedAction>;
  /** The rules and flows whose steps use a key of the store of PGP keys, and the saved actions that name it, used or not. */
  usersOfPgpKey(id: number): UserOf[];
  /** Those that act in a virtual folder. */
  usersOfFolder(name: string): UserOf[];
  /** Virtual folders have changed: what acts in them is checked anew. */
  foldersChanged(by: Change): Promise<void>;
};

/** Keeps flows and saved actions in the database; `changed` is called when rules have new versions. */
export function createLibrary(services: RulesServices, changed: () => void): Library {
  const { store, events, clock } = services;
  const { flows: table } = store.tables;
  const { savedActions } = table;

  function flowOf(id: number): NamedRow {
    const row = table.get(id);
    if (row === undefined) throw new AppError('not_found', `There is no flow ${id}.`);
    return row;
  }

  function actionOf(id: number): NamedRow {
    const row = savedActions.get(id);
    if (row === undefined) throw new AppError('not_found', `There is no saved action ${id}.`);
    return row;
  }

  function toFlow(row: NamedRow): Flow {
    return { ...parseFlow(row), ...keptOf(row), usedBy: usersOf(({ steps }) => calledFlows(steps).includes(row.id), row.id) };
  }

  function toAction(row: NamedRow): SavedAction {
    return {
      ...parseAction(row),
      ...keptOf(row),
      usedBy: usersOf(({ steps }) => steps.some(({ savedAction }) => savedAction === row.id)),
    };
  }

  /** The rules and flows whose own steps are such; the flow `itself` does not count. */
  function usersOf(isUser: (of: { readonly steps: ReturnType<typeof allSteps> }) => boolean, itself?: number): UserOf[] {
    return [
      ...store.tables.rules
        .all()
        .filter(({ definition }) => isUser({ steps: parseDefinition(definition).steps }))
        .map(({ id, name }): UserOf => ({ kind: 'rule', id, name })),
      ...table
        .all()
        .filter((row) => row.id !== itself && isUser({ steps: allSteps(parseFlow(row)) }))
        .map(({ id, name }): UserOf => ({ kind: 'flow', id, name })),
    ];
  }

  /** The same, and beside them the saved actions that are such, used or not. */
  function usersAndActions(isSuch: (step: Pick<RuleStep, 'action' | 'config'>) => boolean): UserOf[] {
    return [
      ...usersOf(({ steps }) => steps.some(isSuch)),
      ...savedActions
        .all()
        .filter((row) => isSuch(parseAction(row)))
        .map(({ id, name }): UserOf => ({ kind: 'action', id, name })),
    ];
  }

  function refuseInUse(what: string, usedBy: readonly UserOf[]): void {
    if (usedBy.length === 0) return;
    const users = usedBy.map(({ kind, name }) => `the ${kind} ${name}`).join(', ');
    throw new AppError('conflict', `${what} is used by ${users}. Change ${usedBy.length === 1 ? 'it' : 'them'} first.`);
  }

  function refuseTakenName(taken: number | undefined, id: number | undefined, what: string): void {
    if (taken !== undefined && taken !== id)
      throw new AppError('conflict', `There is ${what} with this name already. Choose another.`, { field: 'name' });
  }

  async function settle(by: Change): Promise<void> {
    if ((await refreshUsers(services, by)) > 0) changed();
  }

  return {
    usersOfPgpKey: (id) => usersAndActions((step) => pgpKeysOf(step).includes(id)),
    usersOfFolder: (name) => usersAndActions((step) => usesFolder(step, name)),
    foldersChanged: settle,
    flows: () => table.all().map(toFlow),
    flow: (id) => toFlow(flowOf(id)),
    async saveFlow({ id, ...content }, by) {
      const before = id === undefined ? undefined : flowOf(id);
      refuseTakenName(table.idByName(content.name), id, 'a flow');
      let saved = 0;
      await events.record(
        draftOf(
          'flow',
          before && { ...before, content: parseFlow(before) },
          {
            ...content,
            steps: hideSecrets(withSavedActions(store, content.steps)),
            onError: hideSecrets(withSavedActions(store, content.onError)),
          },
          by,
        ),
        () => {
          const old = before === undefined ? [] : allSteps(parseFlow(before));
          const known = new Set([...secretRefs(old), ...savedSecrets(store, allSteps(content))]);
          const put = (text: string) => services.secrets.put(text);
          const steps = sealSteps(withSavedActions(store, content.steps), known, put);
          const onError = sealSteps(withSavedActions(store, content.onError), known, put, 'onError');
          const definition: FlowDefinition = { ...content, steps: steps.steps, onError: onError.steps };
          const problems = [...steps.problems, ...onError.problems, ...flowProblems(definition, before?.id, problemContext(services))];
          const row = {
            name: content.name,
            definition: JSON.stringify(definition),
            problems: JSON.stringify(problems),
            at: clock.now(),
          };
          if (before === undefined) saved = table.insert(row);
          else {
            saved = before.id;
            table.update(saved, row);
          }
          const { version } = flowOf(saved);
          table.keepVersion(saved, flowVersion(saved, definition, version, flowsNow(store)));
          return { objectId: saved, objectVersion: version };
        },
      );
      await settle(by);
      return toFlow(flowOf(saved));
    },
    async deleteFlow(id, by) {
      const row = flowOf(id);
      const flow = toFlow(row);
      refuseInUse(`The flow ${row.name}`, flow.usedBy);
      await events.record(removalOf('flow', row, by), () => {
        table.remove(id);
        return { objectId: id, objectVersion: row.version };
      });
      return flow;
    },
    actions: () => savedActions.all().map(toAction),
    async saveAction({ id, ...content }, by) {
      const before = id === undefined ? undefined : actionOf(id);
      refuseTakenName(savedActions.idByName(content.name), id, 'a saved action');
      let saved = 0;
      await events.record(
        draftOf('action', before && { ...before, content: parseAction(before) }, { ...content, ...hideSecrets([content])[0] }, by),
        () => {
          const known = before === undefined ? new Set<number>() : secretRefs([parseAction(before)]);
          const [step] = sealSteps([content], known, (text) => services.secrets.put(text)).steps;
          const definition: ActionDefinitionText = step ?? content;
          const asStep = stepSchema.parse({ action: definition.action, config: definition.config });
          const problems = actionProblems(asStep, problemContext(services));
          const row = { name: content.name, definition: JSON.stringify(definition), problems: JSON.stringify(problems), at: clock.now() };
          if (before === undefined) saved = savedActions.insert(row);
          else {
            saved = before.id;
            savedActions.update(saved, row);
          }
          return { objectId: saved, objectVersion: actionOf(saved).version };
        },
      );
      await settle(by);
      return toAction(actionOf(saved));
    },
    async deleteAction(id, by) {
      const row = actionOf(id);
      const action = toAction(row);
      refuseInUse(`The action ${row.name}`, action.usedBy);
      await events.record(removalOf('action', row, by), () => {
        savedActions.remove(id);
        return { objectId: id, objectVersion: row.version };
      });
      return action;
    },
  };
}

/** The steps of both branches. */
function allSteps({ steps, onError }: Pick<FlowDefinition, 'steps' | 'onError'>) {
  return [...steps, ...onError];
}

function keptOf({ id, version, problems, createdAt, updatedAt }: NamedRow) {
  return {
    id,
    version,
    problems: JSON.parse(problems) as RuleProblem[],
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}

function draftOf(
  type: 'flow' | 'action',
  before: (NamedRow & { readonly content: object }) | undefined,
  content: { readonly name: string; readonly [field: string]: unknown },
  { actor, batchId }: Change,
): EventDraft<'OBJECT_INSERT'> | EventDraft<'OBJECT_UPDATE'> {
  const common = { actor, batchId, object: { schema: 'BASE', type } } as const;
  return before === undefined
    ? { ...common, type: 'OBJECT_INSERT', info: { operation: 'create', new: content.name } }
    : { ...common, type: 'OBJECT_UPDATE', info: updateInfo({ old: before.name, new: content.name }, before.content, content) };
}

function removalOf(type: 'flow' | 'action', { name }: NamedRow, { actor, batchId }: Change): EventDraft<'OBJECT_DELETE'> {
  return { type: 'OBJECT_DELETE', info: { operation: 'delete', old: name }, actor, batchId, object: { schema: 'BASE', type } };
}
