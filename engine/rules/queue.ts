import { ANSWERED, GIVEN_UP, type RunRow } from '../store/runs-table.ts';
import { executeRun, type Halt, recordEnd, recordStep } from './execute.ts';
import { AppError } from '../contract/errors.ts';
import type { StoredPlans } from './definition.ts';
import { stepsOfRun } from './phases.ts';
import { nextMove } from './plan.ts';
import type { RulesServices } from './services.ts';

/** The workers of the durable queue. */
export type Queue = {
  /** Takes care of what a kill or a stop left at work, then begins. */
  start(): Promise<void>;
  /** Looks for due runs soon; cheap to call often. */
  wake(): void;
  /**
   * Ends a run that waits or is at work, with `reason`; resolves when it has ended. Rejects with `conflict` for one that a partner waits for.
   */
  cancel(runId: number, reason: string): Promise<void>;
  /**
   * Stops: no further step begins, those at work get `graceMs` to end, then they are aborted and left to the next start. Resolves when
   * nothing is at work any more.
   */
  park(graceMs: number): Promise<void>;
};

/** A sleeping machine or a changed clock may pass a timer by, so no timer is longer. */
const MAX_TIMER_MS = 60_000;
/** How long aborted steps may take to notice. */
const ABORT_MS = 6000;

/** Whom the queue tells: `changed` of every run whose state has changed, `rested` of every run that it has let go of. */
export type QueueListener = { readonly changed: (runId: number) => void; readonly rested: (run: RunRow) => void };

export function createQueue(services: RulesServices, plans: StoredPlans, { changed, rested }: QueueListener): Queue {
  const { store, clock, log, settings } = services;
  const { runs } = store.tables;
  const active = new Map<number, Active>();
  /** Runs that wait and are being ended: they are not begun meanwhile. */
  const ending = new Set<number>();
  let isStarted = false;
  let isParking = false;
  let isAwake = false;
  let timer: NodeJS.Timeout | undefined;
  /** For what no run is at work on. */
  const halt: Halt = { parking: () => isParking, stop: new AbortController().signal, cancelled: () => null };

  function wake(): void {
    if (isAwake || !isStarted || isParking) return;
    isAwake = true;
    setImmediate(() => {
      isAwake = false;
      try {
        pump();
      } catch (error) {
        // The database cannot be written now; what is queued stays queued.
        log.error('the queue of rules could not go on; trying again', error);
        arm(clock.now() + MAX_TIMER_MS);
      }
    });
  }

  function pump(): void {
    if (isParking) return;
    const free = settings().rules.workers - active.size;
    if (free <= 0) return;
    const now = clock.now();
    const due = runs.due(now, free).filter(({ id }) => !ending.has(id));
    if (due.length > 0) {
      store.transaction(() => due.forEach((run) => runs.claim(run.id, now)));
      for (const run of due) begin({ ...run, state: 'running', startedAt: run.startedAt ?? now });
    }
    const next = runs.nextTime(now);
    if (next !== null) arm(next);
  }

  function begin(run: RunRow): void {
    changed(run.id);
    const stop = new AbortController();
    let cancelled: string | null = null;
    const work = executeRun(services, plans, run, { ...halt, stop: stop.signal, cancelled: () => cancelled })
      .catch((error: unknown) => log.error(`run ${run.id} of rule ${run.ruleName} was left as it is`, error))
      .finally(() => {
        active.delete(run.id);
        changed(run.id);
        rested(run);
        wake();
      });
    active.set(run.id, {
      work,
      stop,
      cancel(reason) {
        cancelled ??= reason;
        stop.abort(new AppError('cancelled', cancelled));
      },
    });
  }

  function arm(at: number): void {
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(Math.max(0, at - clock.now()), MAX_TIMER_MS));
    timer.unref();
  }

  /** Steps that were at work become interrupted, their runs queued again: what happens next is the plan's decision. */
  async function recover(): Promise<void> {
    for (const run of runs.running()) {
      const planned = plans(run) ?? [];
      const isAwaited = run.hold !== null && run.hold !== GIVEN_UP && run.hold !== ANSWERED;
      for (const row of runs.steps(run.id)) {
        const step = planned[row.step];
        if (row.state !== 'started' || step === undefined) continue;
        const error =
          step.repeatSafe && !isAwaited
            ? 'Gatehouse stopped in the middle of it; it is done again.'
            : 'Gatehouse stopped in the middle of it. Whether it took effect is not known.';
        await recordStep(services, run, step, { ...row, state: 'interrupted', finishedAt: clock.now(), error }, halt);
      }
      if (!isAwaited) store.transaction(() => runs.postpone(run.id, 'queued', clock.now()));
      else if (hasFailureActionsDue(run)) store.transaction(() => runs.giveUp(run.id, clock.now()));
      else {
        // Nobody was answered, so what a partner waited for did not happen.
        const error = 'Gatehouse stopped while a partner waited for this; what it held back did not happen.';
        await recordEnd(services, run, { state: 'interrupted', error }, halt);
      }
    }
  }

  /** Whether an action that a partner waited for has failed, and the rule says what is to be done then. */
  function hasFailureActionsDue(run: RunRow): boolean {
    const steps = stepsOfRun({ hold: GIVEN_UP }, plans(run) ?? []);
    const move = nextMove({ steps, targets: null, rows: runs.steps(run.id), runAttempt: run.attempt, now: clock.now() });
    return move.kind !== 'finish';
  }

  return {
    async start() {
      await recover();
      isStarted = true;
      wake();
    },
    wake,
    async cancel(runId, reason) {
      const atWork = active.get(runId);
      if (atWork !== undefined) {
        atWork.cancel(reason);
        await atWork.work;
        // What was at work when the run was let go of, such as for a pause, has left it waiting.
        if (isOver(runs.get(runId))) return;
      }
      const run = runs.get(runId);
      if (run === undefined || isOver(run)) return;
      if (run.state === 'running')
        throw new AppError('conflict', `A partner's client waits for run ${runId}, so it ends by itself within moments.`);
      ending.add(runId);
      try {
        await recordEnd(services, run, { state: 'cancelled', error: reason }, halt);
      } finally {
        ending.delete(runId);
        changed(runId);
        wake();
      }
    },
    async park(graceMs) {
      isParking = true;
      clearTimeout(timer);
      const ended = Promise.all([...active.values()].map(({ work }) => work));
      await within(graceMs, ended);
      for (const { stop } of active.values()) stop.abort(new AppError('shutting_down', 'Gatehouse was stopped in the middle of it.'));
      await within(ABORT_MS, ended);
    },
  };
}

/** A run at work. */
type Active = { readonly work: Promise<void>; readonly stop: AbortController; readonly cancel: (reason: string) => void };

function isOver(run: RunRow | undefined): boolean {
  return run !== undefined && !['queued', 'waiting', 'running'].includes(run.state);
}

/** Resolves when `work` does, or after `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
