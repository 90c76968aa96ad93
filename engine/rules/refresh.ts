import type { FlowStep } from '../contract/flow.ts';
import type { EventDraft } from '../events/log.ts';
import type { RuleRow } from '../store/rules-table.ts';
import type { NamedRow } from '../store/flows-table.ts';
import { type FlowContent, type FlowLookup, parseDefinition } from './definition.ts';
import { calledFlows, contentOf, type FlowDefinition, flowsBehind, flowsNow, parseFlow, pinFlows } from './pinned-flows.ts';
import { problemContext } from './problem-context.ts';
import { flowProblems, ruleProblems } from './problems.ts';
import type { Change } from './rule-book.ts';
import { withSavedActions } from './saved-actions.ts';
import { foldersOf } from './step-refs.ts';
import type { RulesServices } from './services.ts';
import { updateInfo } from '../events/record-change.ts';

/** The JSON that a version of a flow keeps for the runs of it by itself: the flow and those behind it. */
export function flowVersion(id: number, definition: FlowDefinition, version: number, flows: FlowLookup): string {
  const content = contentOf(definition, version);
  return JSON.stringify(Object.fromEntries(new Map<number, FlowContent>([...flowsBehind(content.steps, flows), [id, content]])));
}

/**
 * Gives a new version to every flow and rule that goes by a flow, saved action or virtual folder which has changed since, and records it. Resolves with how
 * many rules there were. What a kill leaves undone here is done by the next call, at the latest at the start.
 */
export async function refreshUsers(services: RulesServices, by: Change): Promise<number> {
  // A flow that is refreshed changes those that call it; each round goes one call further up.
  const rounds = services.store.tables.flows.all().length;
  for (let round = 0; round <= rounds && (await refreshFlows(services, by)) > 0; round++);
  return await refreshRules(services, by);
}

async function refreshFlows(services: RulesServices, by: Change): Promise<number> {
  const { store, clock, events } = services;
  const { flows } = store.tables;
  const stale = flows.all().flatMap((row) => {
    const before = parseFlow(row);
    const definition: FlowDefinition = {
      ...before,
      steps: withSavedActions<FlowStep>(store, before.steps),
      onError: withSavedActions<FlowStep>(store, before.onError),
    };
    const text = JSON.stringify(definition);
    const problems = JSON.stringify(keepSealProblems(row.problems, flowProblems(definition, row.id, problemContext(services))));
    const pinned = flowVersion(row.id, definition, row.version, flowsNow(store));
    const same =
      text === row.definition &&
      problems === row.problems &&
      withoutVersions(pinned) === withoutVersions(flows.versionFlows(row.id, row.version) ?? '{}');
    return same ? [] : [{ row, text, problems, definition }];
  });
  await Promise.all(
    stale.map(({ row, text, problems, definition }) =>
      events.record(updateOf('flow', row, { definition: text, problems }, by), () => {
        flows.update(row.id, { name: row.name, definition: text, problems, at: clock.now() });
        flows.keepVersion(row.id, flowVersion(row.id, definition, row.version + 1, flowsNow(store)));
        return { objectId: row.id, objectVersion: row.version + 1 };
      }),
    ),
  );
  return stale.length;
}

async function refreshRules(services: RulesServices, by: Change): Promise<number> {
  const { store, clock, events } = services;
  const { rules } = store.tables;
  const stale = rules.all().flatMap((row) => {
    const before = parseDefinition(row.definition);
    const usesOthers =
      before.steps.some((step) => step.savedAction !== undefined || foldersOf(step).length > 0) || calledFlows(before.steps).length > 0;
    if (!usesOthers) return [];
    const definition = { ...before, steps: withSavedActions(store, before.steps) };
    const problems = JSON.stringify(keepSealProblems(row.problems, ruleProblems(definition, problemContext(services))));
    const flows = pinFlows(definition.steps, flowsNow(store));
    const same =
      JSON.stringify(definition.steps) === JSON.stringify(before.steps) &&
      problems === row.problems &&
      withoutVersions(flows) === withoutVersions(rules.versionWithFlows(row.id, row.version)?.flows ?? '{}');
    return same ? [] : [{ row, definition: JSON.stringify(definition), problems, flows }];
  });
  await Promise.all(
    stale.map(({ row, definition, problems, flows }) =>
      events.record(updateOf('rule', row, { definition, problems }, by), () => {
        rules.refresh(row.id, { name: row.name, enabled: row.enabled, definition, problems, flows, at: clock.now() });
        return { objectId: row.id, objectVersion: row.version + 1 };
      }),
    ),
  );
  return stale.length;
}

/** What sealing found wrong is known only while something is saved, and stays until it is saved again. */
function keepSealProblems(before: string, now: readonly { readonly field: string; readonly message: string }[]) {
  const kept = (JSON.parse(before) as { field: string; message: string }[]).filter(({ message }) =>
    message.startsWith('This refers to a secret'),
  );
  return [...kept.filter(({ field }) => !now.some((problem) => problem.field === field)), ...now];
}

/** For a comparison: two flows that call each other would else renew each other for ever. */
function withoutVersions(flows: string): string {
  return JSON.stringify(JSON.parse(flows), (key, value: unknown) => (key === 'version' ? undefined : value));
}

function updateOf(
  type: 'flow' | 'rule',
  row: NamedRow | RuleRow,
  now: { readonly definition: string; readonly problems: string },
  { actor, batchId }: Change,
): EventDraft<'OBJECT_UPDATE'> {
  const told = ({ definition, problems }: typeof now): object => ({
    ...(JSON.parse(definition) as object),
    problems: JSON.parse(problems) as unknown,
  });
  const info = updateInfo({ old: row.name, new: row.name }, told(row), told(now));
  return { type: 'OBJECT_UPDATE', info, actor, batchId, object: { schema: 'BASE', type } };
}
