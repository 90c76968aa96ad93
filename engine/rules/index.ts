import { AppError } from '../contract/errors.ts';
import type { Rule, RuleInput, RuleProblem, Run, RunState, RunTrace } from '../contract/rule.ts';
import type { Actor } from '../events/log.ts';
import { isoTime } from '../lib/clock.ts';
import type { RuleRow } from '../store/rules-table.ts';
import { parseDefinition, type RuleDefinition } from './definition.ts';
import { createMatcher } from './matcher.ts';
import { ruleProblems } from './problems.ts';
import { createQueue } from './queue.ts';
import { createScheduler } from './schedule.ts';
import { sealSteps, secretRefs } from './seal.ts';
import type { RulesServices } from './services.ts';
import { insertForEvent, insertUntriggered, type StartedRule } from './start-run.ts';
import { toRun, toTrace } from './trace.ts';

export type { RulesServices } from './services.ts';

/** Who changes something, and within which request. */
type Change = { readonly actor: Actor; readonly batchId: number | null };

type RunFilter = {
  readonly ruleId?: number | undefined;
  readonly eventId?: number | undefined;
  readonly state?: RunState | undefined;
  /** Only runs with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** The rules engine: rules and their runs for those who manage them, and the life of both. Unknown ids reject with `not_found`. */
export type Rules = {
  /**
   * Creates or changes a rule. One that cannot work is kept with its problems and stays off. Rejects with `conflict` for a name that is
   * taken, with `not_found` for an unknown id.
   */
  save(input: RuleInput, by: Change): Promise<Rule>;
  /** In their order. */
  list(): Rule[];
  /** Deletes a rule and resolves with what it was; its runs stay, and those that wait still run. */
  delete(id: number, by: Change): Promise<Rule>;
  /**
   * Starts a rule by hand, on a past event where one is named; also one that is switched off, so that it can be tried. Rejects with
   * `conflict` for an incomplete rule, and with `invalid_input` for one that needs an event.
   */
  run(id: number, eventId: number | undefined, by: Change): Promise<Run[]>;
  /** Newest first. */
  runs(filter: RunFilter): Promise<Run[]>;
  trace(runId: number): Promise<RunTrace>;
  /** One more attempt of a run that ended badly: its failed, interrupted and never reached steps. Rejects with `conflict` for others. */
  retry(runId: number, by: Change): Promise<Run>;
  /** Called with every run whose state has changed. Returns the function that ends it. */
  subscribe(listener: (runs: readonly Run[]) => void): () => void;
  /** Recovers what was at work when the engine stopped, then begins. Events recorded before are matched all the same. */
  start(): Promise<void>;
  /** Looks at the clock now: schedules and waiting retries. Only needed by whoever moves the clock. */
  tick(): void;
  /** Stops in order: steps at work get `graceMs`, the rest is left to the next start. */
  park(graceMs: number): Promise<void>;
};

const RETRYABLE = new Set<RunState>(['partly', 'failed', 'interrupted']);

/** Creates the rules engine and hooks it into the log; nothing runs before `start`. */
export function createRules(services: RulesServices): Rules {
  const { store, events, clock, log } = services;
  const { rules: table, runs } = store.tables;
  const matcher = createMatcher(services);
  const listeners = new Set<(runs: readonly Run[]) => void>();
  const changedIds = new Set<number>();
  let hasQueued = false;
  const queue = createQueue(services, changed);
  const scheduler = createScheduler(services, (ids) => {
    ids.forEach(changed);
    queue.wake();
  });

  events.onInsert((event) => {
    if (matcher.onEvent(event) > 0) hasQueued = true;
  });
  events.subscribe(() => {
    if (!hasQueued) return;
    hasQueued = false;
    queue.wake();
  });
  matcher.load(table.all());

  function reload(): void {
    matcher.load(table.all());
    scheduler.load(matcher.active());
  }

  /** Tells the listeners once per turn of the event loop, with each run as it then is. */
  function changed(id: number): void {
    if (listeners.size === 0) return;
    changedIds.add(id);
    if (changedIds.size > 1) return;
    setImmediate(() => {
      const rows = [...changedIds].map((runId) => runs.get(runId)).filter((row) => row !== undefined);
      changedIds.clear();
      for (const listener of listeners) listener(rows.map(toRun));
    });
  }

  function ruleOf(id: number): RuleRow {
    const row = table.get(id);
    if (row === undefined) throw new AppError('not_found', `There is no rule ${id}.`);
    return row;
  }

  function runOf(id: number): Run {
    const row = runs.get(id);
    if (row === undefined) throw new AppError('not_found', `There is no run ${id}.`);
    return toRun(row);
  }

  async function save(input: RuleInput, by: Change): Promise<Rule> {
    const { id, ...content } = input;
    const before = id === undefined ? undefined : ruleOf(id);
    const sameName = table.idByName(content.name);
    if (sameName !== undefined && sameName !== id)
      throw new AppError('conflict', 'There is a rule with this name already. Choose another.', { field: 'name' });
    const known = before === undefined ? new Set<number>() : secretRefs(parseDefinition(before.definition).steps);
    let saved = 0;
    await events.record(
      {
        type: before === undefined ? 'OBJECT_INSERT' : 'OBJECT_UPDATE',
        info:
          before === undefined ? { operation: 'create', new: content.name } : { operation: 'update', old: before.name, new: content.name },
        actor: by.actor,
        batchId: by.batchId,
        object: { schema: 'BASE', type: 'rule' },
      },
      () => {
        // Secrets are sealed in the same transaction, so that a save that fails leaves none behind.
        const sealed = sealSteps(content.steps, known, (text) => services.secrets.put(text));
        const definition: RuleDefinition = { ...content, steps: sealed.steps };
        const problems = [
          ...sealed.problems,
          ...ruleProblems(definition, { now: clock.now(), allowedCommands: services.settings().commands.allowed }),
        ];
        const enabled = content.enabled && problems.length === 0;
        const row = {
          name: content.name,
          enabled,
          definition: JSON.stringify({ ...definition, enabled }),
          problems: JSON.stringify(problems),
          at: clock.now(),
        };
        if (before === undefined) saved = table.insert(row);
        else {
          saved = before.id;
          table.update(saved, row);
          if (!sameSchedule(parseDefinition(before.definition), definition) || !enabled) table.removeMark(saved);
        }
        return { objectId: saved, objectVersion: ruleOf(saved).version };
      },
    );
    reload();
    return toRule(ruleOf(saved));
  }

  return {
    save,
    list: () => table.all().map(toRule),
    async delete(id, by) {
      const row = ruleOf(id);
      await events.record(
        {
          type: 'OBJECT_DELETE',
          info: { operation: 'delete', old: row.name },
          actor: by.actor,
          batchId: by.batchId,
          object: { schema: 'BASE', type: 'rule' },
          objectId: id,
          objectVersion: row.version,
        },
        () => {
          table.remove(id);
          return { objectId: id, objectVersion: row.version };
        },
      );
      reload();
      return toRule(row);
    },
    run(id, eventId) {
      return Promise.resolve().then(() => {
        const row = ruleOf(id);
        if (row.problems !== '[]') throw new AppError('conflict', 'The rule is incomplete. Correct what its problems name first.');
        const rule: StartedRule = { id: row.id, version: row.version, name: row.name, definition: parseDefinition(row.definition) };
        const runId = store.transaction(() => (eventId === undefined ? startByHand(rule) : startOnEvent(rule, eventId)));
        queue.wake();
        changed(runId);
        return [runOf(runId)];
      });
    },
    runs: async (filter) => (await store.reader.read('runs.list', definedOnly(filter))).map(toRun),
    async trace(runId) {
      const rows = await store.reader.read('runs.trace', runId);
      if (rows === null) throw new AppError('not_found', `There is no run ${runId}.`);
      return toTrace(rows);
    },
    retry(runId) {
      return Promise.resolve().then(() => {
        const { state } = runOf(runId);
        if (!RETRYABLE.has(state)) throw new AppError('conflict', `Run ${runId} is ${state}: there is nothing to do again.`);
        store.transaction(() => runs.retry(runId, clock.now()));
        queue.wake();
        changed(runId);
        return runOf(runId);
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async start() {
      reload();
      await queue.start();
      scheduler.tick();
    },
    tick() {
      scheduler.tick();
      queue.wake();
    },
    async park(graceMs) {
      scheduler.stop();
      await queue.park(graceMs);
      log.debug('rules are parked');
    },
  };

  function startByHand(rule: StartedRule): number {
    const { triggers } = rule.definition;
    if (!triggers.includes('on-demand') && !triggers.includes('schedule')) {
      throw new AppError(
        'invalid_input',
        `This rule reacts to ${triggers.join(', ')}. Name a past event to run it on, or give it the trigger on-demand.`,
        { field: 'eventId' },
      );
    }
    return insertUntriggered(services, rule, 'on-demand', false);
  }

  function startOnEvent(rule: StartedRule, eventId: number): number {
    const event = store.tables.events.get(eventId);
    if (event === undefined) throw new AppError('not_found', `There is no event ${eventId} in the log.`);
    return insertForEvent(services, rule, event);
  }
}

function toRule(row: RuleRow): Rule {
  return {
    ...parseDefinition(row.definition),
    name: row.name,
    enabled: row.enabled,
    id: row.id,
    version: row.version,
    problems: JSON.parse(row.problems) as RuleProblem[],
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}

function sameSchedule(a: RuleDefinition, b: RuleDefinition): boolean {
  return JSON.stringify(a.schedule) === JSON.stringify(b.schedule) && a.enabled === b.enabled;
}

/** The filter without its undefined keys, which the reader's statement could not bind. */
function definedOnly({ limit, ruleId, eventId, state, before }: RunFilter) {
  return {
    limit,
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(state === undefined ? {} : { state }),
    ...(before === undefined ? {} : { before }),
  };
}
