import { AppError } from '../contract/errors.ts';
import type { Rule, RuleInput, RuleProblem, RuleVersion } from '../contract/rule.ts';
import type { EventInfo } from '../events/catalog.ts';
import type { Actor } from '../events/log.ts';
import { isoTime } from '../lib/clock.ts';
import type { RuleRow } from '../store/rules-table.ts';
import { parseDefinition, type RuleDefinition } from './definition.ts';
import { flowsNow, pinFlows } from './pinned-flows.ts';
import { problemContext } from './problem-context.ts';
import { ruleProblems } from './problems.ts';
import { savedSecrets, withSavedActions } from './saved-actions.ts';
import { hideSecrets, sealSteps, secretRefs } from './seal.ts';
import { syncWarnings } from './sync-problems.ts';
import type { RulesServices } from './services.ts';
import { whoseWarnings } from './whose.ts';
import { updateInfo } from '../events/record-change.ts';

/** Who changes something, and within which request. */
export type Change = { readonly actor: Actor; readonly batchId: number | null };

/** The rules as people keep them. Unknown ids reject with `not_found`. */
export type RuleBook = {
  /**
   * Creates or changes a rule. One that cannot work is kept with its problems and stays off; a paused one is in service again. Rejects
   * with `conflict` for a name that is taken.
   */
  save(input: RuleInput, by: Change): Promise<Rule>;
  /** In their order. */
  list(): Rule[];
  /** Deletes a rule and resolves with what it was; its runs stay, and those that wait still run. */
  delete(id: number, by: Change): Promise<Rule>;
  /** Moves a rule by so many places, as far as there are any, and resolves with all of them. */
  move(id: number, by: number, change: Change): Promise<Rule[]>;
  /** The newest versions first. */
  versions(id: number, limit: number): RuleVersion[];
  /** Saves an earlier version again, by default the one before the newest. Rejects with `not_found` where there is none. */
  restore(id: number, version: number | undefined, by: Change): Promise<Rule>;
};

/** As many as a list of versions may show: secrets of older ones have to be entered again. */
const KNOWN_VERSIONS = 100;

/** Keeps rules in the database; `changed` is called after every commit. */
export function createRuleBook(services: RulesServices, changed: () => void): RuleBook {
  const { store, events, clock } = services;
  const { rules: table } = store.tables;

  async function save(input: RuleInput, by: Change): Promise<Rule> {
    const { id, ...content } = input;
    const before = id === undefined ? undefined : ruleRow(services, id);
    const sameName = table.idByName(content.name);
    if (sameName !== undefined && sameName !== id)
      throw new AppError('conflict', 'There is a rule with this name already. Choose another.', { field: 'name' });
    let saved = 0;
    await events.record(
      {
        type: before === undefined ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
        info:
          before === undefined
            ? { operation: 'create', new: content.name }
            : updateInfo({ old: before.name, new: content.name }, parseDefinition(before.definition), {
                ...content,
                steps: hideSecrets(withSavedActions(store, content.steps)),
              }),
        ...recordOf(by),
      },
      () => {
        // Secrets are sealed in the same transaction, so that a save that fails leaves none behind.
        const steps = withSavedActions(store, content.steps);
        const known = new Set([...knownSecrets(services, before), ...savedSecrets(store, steps)]);
        const sealed = sealSteps(steps, known, (text) => services.secrets.put(text));
        const definition: RuleDefinition = { ...content, steps: sealed.steps };
        const problems = [...sealed.problems, ...problemsNow(services, definition)];
        const enabled = content.enabled && problems.length === 0;
        const row = {
          name: content.name,
          enabled,
          definition: JSON.stringify({ ...definition, enabled }),
          problems: JSON.stringify(problems),
          flows: pinFlows(definition.steps, flowsNow(store)),
          at: clock.now(),
        };
        if (before === undefined) saved = table.insert(row);
        else {
          saved = before.id;
          table.update(saved, row);
          if (!sameSchedule(parseDefinition(before.definition), definition) || !enabled) table.removeMark(saved);
        }
        return { objectId: saved, objectVersion: ruleRow(services, saved).version };
      },
    );
    changed();
    return toRule(services, ruleRow(services, saved));
  }

  return {
    save,
    list: () => table.all().map((row) => toRule(services, row)),
    async delete(id, by) {
      const row = ruleRow(services, id);
      await events.record(
        { type: 'OBJECT_DELETE', info: { operation: 'delete', old: row.name }, ...recordOf(by), objectId: id, objectVersion: row.version },
        () => {
          table.remove(id);
          return { objectId: id, objectVersion: row.version };
        },
      );
      changed();
      return toRule(services, row);
    },
    async move(id, by, change) {
      const row = ruleRow(services, id);
      const ids = table.all().map((rule) => rule.id);
      const from = ids.indexOf(id);
      const to = Math.min(Math.max(0, from + by), ids.length - 1);
      if (to !== from) {
        ids.splice(to, 0, ...ids.splice(from, 1));
        const info: EventInfo<'OBJECT_UPDATE'> = {
          operation: 'update',
          old: `${row.name} (place ${from + 1})`,
          new: `${row.name} (place ${to + 1})`,
        };
        await events.record({ type: 'OBJECT_UPDATE', info, ...recordOf(change) }, () => {
          table.reorder(ids);
          return { objectId: id, objectVersion: row.version };
        });
        changed();
      }
      return table.all().map((rule) => toRule(services, rule));
    },
    versions(id, limit) {
      ruleRow(services, id);
      return table.versions(id, limit).map(({ version, definition, savedAt }) => ({
        version,
        savedAt: savedAt === null ? null : isoTime(savedAt),
        rule: parseDefinition(definition),
      }));
    },
    async restore(id, version, by) {
      const row = ruleRow(services, id);
      const wanted = version ?? row.version - 1;
      const definition = table.version(id, wanted);
      if (definition === undefined) {
        throw new AppError('not_found', wanted < 1 ? 'This rule has no earlier version.' : `This rule has no version ${wanted}.`, {
          field: 'version',
        });
      }
      return await save({ ...parseDefinition(definition), id }, by);
    },
  };
}

/** Throws `not_found`. */
export function ruleRow({ store }: RulesServices, id: number): RuleRow {
  const row = store.tables.rules.get(id);
  if (row === undefined) throw new AppError('not_found', `There is no rule ${id}.`);
  return row;
}

/** The secrets that a rule or one of its newer versions refers to: its editors may use them again. */
export function knownSecrets({ store }: RulesServices, row: RuleRow | undefined): Set<number> {
  if (row === undefined) return new Set();
  const versions = store.tables.rules.versions(row.id, KNOWN_VERSIONS);
  return new Set(versions.flatMap(({ definition }) => [...secretRefs(parseDefinition(definition).steps)]));
}

/** Why a rule could not work as things are. */
export function problemsNow(services: RulesServices, definition: RuleDefinition): RuleProblem[] {
  return ruleProblems(definition, problemContext(services));
}

function recordOf({ actor, batchId }: Change) {
  return { actor, batchId, object: { schema: 'BASE', type: 'rule' } } as const;
}

function toRule({ settings }: RulesServices, row: RuleRow): Rule {
  const definition = parseDefinition(row.definition);
  return {
    ...definition,
    name: row.name,
    enabled: row.enabled,
    id: row.id,
    version: row.version,
    problems: JSON.parse(row.problems) as RuleProblem[],
    warnings: [...syncWarnings(definition, settings().rules.syncSeconds), ...whoseWarnings(definition, settings().rules.reverse)],
    failuresInRow: row.failuresInRow,
    pausedAt: row.pausedAt === null ? null : isoTime(row.pausedAt),
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}

function sameSchedule(a: RuleDefinition, b: RuleDefinition): boolean {
  return JSON.stringify(a.schedule) === JSON.stringify(b.schedule) && a.enabled === b.enabled;
}
