import { AppError } from '../contract/errors.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { Flow } from '../contract/flow.ts';
import type { Output, ParsedInput } from '../contract/rpc.ts';
import type { RuleTest, RuleVerdict, Run, RunState, RunTrace, StepTrace } from '../contract/rule.ts';
import { SYSTEM } from '../events/log.ts';
import { createStoredPlans, parseDefinition } from './definition.ts';
import { keepFetchCursors } from './fetch-cursor.ts';
import { affectedAccountId } from './fields.ts';
import { requireOwner } from './flow-owner.ts';
import { testRule } from './dry-run.ts';
import { createGate, type Gate } from './gate.ts';
import { createLibrary, type Library } from './library.ts';
import { createMatcher } from './matcher.ts';
import { createMembers } from './members.ts';
import { createOverdue } from './overdue.ts';
import { pauseIfFailing } from './pause.ts';
import { isLeftToRetry } from './phases.ts';
import { createQueue } from './queue.ts';
import { refreshUsers } from './refresh.ts';
import { type Change, createRuleBook, type RuleBook, ruleRow } from './rule-book.ts';
import { createScheduler } from './schedule.ts';
import type { RulesServices } from './services.ts';
import { createStepStarts } from './step-starts.ts';
import { insertFlowRun, insertForEvent, insertUntriggered, type StartedRule } from './start-run.ts';
import { summarizeRules } from './summary.ts';
import { toRun, toTrace } from './trace.ts';
import { createTryAction } from './try-action.ts';
import { type Thresholds, thresholdsOf } from './watch.ts';
import { considerEvent } from './why-not.ts';

export type { RulesServices } from './services.ts';

type RunFilter = {
  readonly ruleId?: number | undefined;
  readonly flowId?: number | undefined;
  readonly eventId?: number | undefined;
  readonly state?: RunState | undefined;
  /** Only runs with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** The rules engine: rules and their runs for those who manage them, and the life of both. Unknown ids reject with `not_found`. */
export type Rules = RuleBook & {
  /** Their say before something happens. */
  readonly gate: Gate;
  /** Flows and saved actions, which rules share. */
  readonly library: Library;
  /**
   * Starts a rule by hand, on a past event where one is named; also one that is switched off, so that it can be tried. Rejects with
   * `conflict` for an incomplete rule, and with `invalid_input` for one that needs an event.
   */
  run(id: number, eventId: number | undefined, by: Change): Promise<Run[]>;
  /**
   * Starts a flow by itself, for an account or on a past event where one is named. Rejects with `conflict` for an incomplete flow, and with
   * `invalid_input` for one that needs a user and gets none.
   */
  runFlow(input: ParsedInput<'flows.run'>, by: Change): Promise<Run>;
  /** What active rules watch for, in percent. */
  thresholds(): Thresholds;
  /** Newest first. */
  runs(filter: RunFilter): Promise<Run[]>;
  trace(runId: number): Promise<RunTrace>;
  /** One more attempt of a run that ended badly: its failed, interrupted and never reached steps. Rejects with `conflict` for others. */
  retry(runId: number, by: Change): Promise<Run>;
  /**
   * Ends a run that has not ended yet, and resolves once it has: what is at work is broken off, nothing after it begins. Rejects with
   * `conflict` for one that has ended, and for one that a partner waits for.
   */
  cancel(runId: number, by: Change): Promise<Run>;
  /** Tries a rule, saved or not, on past events; nothing is done and nothing written. */
  test(input: ParsedInput<'rules.test'>): Promise<RuleTest>;
  /** What every rule made of an event. */
  considered(eventId: number): RuleVerdict[];
  /** Does one action for real; what it says is masked. Rejects with `invalid_input` at the field that cannot be. */
  testAction(input: ParsedInput<'rules.testAction'>, by: Change): Promise<StepTrace>;
  summary(): Output<'rules.summary'>;
  /** Called with every run whose state has changed. Returns the function that ends it. */
  subscribe(listener: (runs: readonly Run[]) => void): () => void;
  /** Recovers what was at work when the engine stopped, then begins. Events recorded before are matched all the same. */
  start(): Promise<void>;
  /** Looks at the clock now: schedules, batches and waiting retries. Only needed by whoever moves the clock. */
  tick(): void;
  /** Looks at the deadlines of expected files and resolves when that is done; otherwise a timer and `tick` do it. */
  lookForLateFiles(): Promise<void>;
  /** Stops in order: steps at work get `graceMs`, the rest is left to the next start. */
  park(graceMs: number): Promise<void>;
};

const RETRYABLE = new Set<RunState>(['partly', 'failed', 'interrupted', 'cancelled']);

/** Creates the rules engine and hooks it into the log; nothing runs before `start`. */
export function createRules(given: Omit<RulesServices, 'members' | 'stepStarts'>): Rules {
  const services: RulesServices = { ...given, members: createMembers(given), stepStarts: createStepStarts(given.store) };
  const { store, events, clock, log } = services;
  const { rules: table, runs } = store.tables;
  const matcher = createMatcher(services);
  const book = createRuleBook(services, reload);
  const library = createLibrary(services, reload);
  const overdue = createOverdue(services);
  const tests = createTryAction(services);
  const listeners = new Set<(runs: readonly Run[]) => void>();
  const changedIds = new Set<number>();
  const pausing = new Set<number>();
  let hasQueued = false;
  const plans = createStoredPlans(store.tables);
  const gate = createGate(services, matcher, plans, { changed, queued: () => queue.wake() });
  const queue = createQueue(services, plans, { changed, rested: (run) => void pauseFailing(run.ruleId) });
  const scheduler = createScheduler(services, (ids) => {
    ids.forEach(changed);
    queue.wake();
  });

  keepFetchCursors(services);
  events.onInsert((event, releases) => {
    if (matcher.onEvent(event, releases)) hasQueued = true;
  });
  events.subscribe((committed) => {
    matcher.onCommitted(committed);
    if (!hasQueued) return;
    hasQueued = false;
    queue.wake();
  });
  matcher.load(table.all());

  function reload(): void {
    matcher.load(table.all());
    scheduler.load(matcher.active());
    overdue.load(matcher.active());
  }

  /** Several runs of a rule may end at once; it is paused once. */
  async function pauseFailing(ruleId: number): Promise<void> {
    if (pausing.has(ruleId)) return;
    pausing.add(ruleId);
    try {
      if (await pauseIfFailing(services, ruleId)) reload();
    } catch (error) {
      log.error(`rule ${ruleId} keeps failing and could not be paused; its next failure tries again`, error);
    } finally {
      pausing.delete(ruleId);
    }
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

  function runOf(id: number): Run {
    const row = runs.get(id);
    if (row === undefined) throw new AppError('not_found', `There is no run ${id}.`);
    return toRun(row);
  }

  return {
    ...book,
    gate,
    library,
    thresholds: () => thresholdsOf(matcher.active()),
    runFlow(input, by) {
      return Promise.resolve().then(() => {
        const runId = store.transaction(() => startFlow(input, library.flow(input.id)));
        queue.wake();
        changed(runId);
        log.debug(`flow ${input.id} was started by ${by.actor.origin}`);
        return runOf(runId);
      });
    },
    run(id, eventId) {
      return Promise.resolve().then(() => {
        const row = ruleRow(services, id);
        if (row.problems !== '[]') throw new AppError('conflict', 'The rule is incomplete. Correct what its problems name first.');
        const rule: StartedRule = { id: row.id, version: row.version, name: row.name, definition: parseDefinition(row.definition) };
        const runIds = store.transaction(() => (eventId === undefined ? [startByHand(rule)] : startOnEvent(rule, eventId)));
        queue.wake();
        runIds.forEach(changed);
        return runIds.map(runOf);
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
        const row = runs.get(runId);
        if (row === undefined || !isLeftToRetry(row, plans(row) ?? [], runs.steps(runId)))
          throw new AppError('conflict', `What run ${runId} held back did not come about: there is nothing to do again.`);
        if (!RETRYABLE.has(state)) throw new AppError('conflict', `Run ${runId} is ${state}: there is nothing to do again.`);
        store.transaction(() => runs.retry(runId, clock.now()));
        queue.wake();
        changed(runId);
        return runOf(runId);
      });
    },
    async cancel(runId, by) {
      const { state } = runOf(runId);
      if (!['queued', 'waiting', 'running'].includes(state))
        throw new AppError('conflict', `Run ${runId} has ended already: it is ${state}.`);
      await queue.cancel(runId, `Cancelled ${byWhom(by)}.`);
      return runOf(runId);
    },
    test: (input) => testRule(services, input),
    considered: (eventId) => considerEvent(services, eventId),
    testAction: (input, by) => tests.run(input, by),
    summary: () => summarizeRules(services),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async start() {
      // Whatever waited for the end of a session of the engine's last life has waited long enough.
      store.transaction(() => runs.releaseSessions(clock.now()));
      await Promise.all(table.all().map((row) => pauseFailing(row.id)));
      // A kill may have come between the change of a flow and the new versions of what calls it.
      await refreshUsers(services, { actor: SYSTEM, batchId: null });
      reload();
      await queue.start();
      scheduler.tick();
      void overdue.tick();
    },
    tick() {
      scheduler.tick();
      void overdue.tick();
      queue.wake();
    },
    lookForLateFiles: () => overdue.tick(),
    async park(graceMs) {
      scheduler.stop();
      gate.stop();
      overdue.stop();
      tests.stop();
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

  function startFlow({ username, eventId }: ParsedInput<'flows.run'>, flow: Flow): number {
    if (flow.problems.length > 0) throw new AppError('conflict', 'The flow is incomplete. Correct what its problems name first.');
    const { owner } = flow;
    const wanted = username ?? (owner !== undefined && 'user' in owner ? owner.user : undefined);
    const account = services.accounts.list().find((known) => known.username.toLowerCase() === wanted?.toLowerCase());
    if (wanted !== undefined && account === undefined)
      throw new AppError('not_found', `There is no account ${wanted}.`, { field: 'username' });
    const event = eventId === undefined ? null : eventOf(eventId);
    const affected = event === null ? null : affectedAccountId(event);
    requireOwner(owner, account ?? (affected === null ? null : (services.accounts.byId(affected) ?? null)));
    return insertFlowRun(services, flow, account ?? null, event);
  }

  function eventOf(id: number): StoredEvent {
    const event = store.tables.events.get(id);
    if (event === undefined) throw new AppError('not_found', `There is no event ${id} in the log.`, { field: 'eventId' });
    return event;
  }

  function startOnEvent(rule: StartedRule, eventId: number): number[] {
    return insertForEvent(services, rule, eventOf(eventId));
  }
}

/** Who did it, in words. */
function byWhom({ actor }: Change): string {
  if (actor.userName !== null) return `by ${actor.userName}`;
  return actor.origin === 'console' ? 'at the console' : 'over the API';
}

/** The filter without its undefined keys, which the reader's statement could not bind. */
function definedOnly({ limit, ruleId, flowId, eventId, state, before }: RunFilter) {
  return {
    limit,
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(flowId === undefined ? {} : { flowId }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(state === undefined ? {} : { state }),
    ...(before === undefined ? {} : { before }),
  };
}
