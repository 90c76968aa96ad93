import { compileSchedule, type Schedule } from './cron.ts';
import type { ActiveRule } from './matcher.ts';
import type { RulesServices } from './services.ts';
import { insertFiltered, insertUntriggered } from './start-run.ts';

/** Starts scheduled rules at their times. */
export type Scheduler = {
  /** Takes over the active rules. One that is new here starts counting now. */
  load(rules: readonly ActiveRule[]): void;
  /** Queues what is due. Returns the ids of the runs that it inserted. Called by its own timer, and by whoever moved the clock. */
  tick(): number[];
  stop(): void;
};

/** A time that is older counts as missed: the engine was off or the machine asleep. */
const MISSED_AFTER_MS = 90_000;
/** Also the longest nap, so that a changed clock is noticed. */
const MAX_TIMER_MS = 60_000;

type Entry = { readonly rule: ActiveRule; readonly schedule: Schedule };

/**
 * Creates the scheduler. How far each rule has come is in the database and moves together with the insert of the run, so that no time
 * is dealt with twice and none is lost by a kill.
 */
export function createScheduler(services: RulesServices, inserted: (runIds: readonly number[]) => void): Scheduler {
  const { store, clock, log } = services;
  const { rules, runs } = store.tables;
  let entries: readonly Entry[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** Between the first tick and the stop; rules that are saved before the start must not begin early. */
  let isLive = false;

  function tick(): number[] {
    isLive = true;
    const now = clock.now();
    const ids: number[] = [];
    for (const entry of entries) {
      const id = store.transaction(() => tickRule(entry, now));
      if (id !== null) ids.push(id);
    }
    arm();
    if (ids.length > 0) inserted(ids);
    return ids;
  }

  /** The latest time since the mark decides: several missed ones are made up by one run. */
  function tickRule({ rule, schedule }: Entry, now: number): number | null {
    const mark = rules.mark(rule.id) ?? now;
    const due = schedule.last(now);
    if (due === null || due <= mark) {
      // A clock that was set back must not silence the rule until it has caught up.
      if (mark > now) rules.setMark(rule.id, now);
      return null;
    }
    rules.setMark(rule.id, due);
    const { catchUp, overlap } = rule.definition.schedule ?? { catchUp: false, overlap: 'skip' };
    if (now - due > MISSED_AFTER_MS && !catchUp) {
      return insertFiltered(services, rule, 'schedule', {
        condition: 'schedule',
        expected: 'in time, or with catch-up',
        actual: `due ${new Date(due).toISOString()}, while Gatehouse was off`,
        matched: false,
      });
    }
    const open = overlap === 'skip' ? runs.openOfRule(rule.id) : undefined;
    if (open !== undefined) {
      return insertFiltered(services, rule, 'schedule', {
        condition: 'overlap',
        expected: 'the previous run has ended',
        actual: `run ${open.id} is ${open.state}`,
        matched: false,
      });
    }
    return insertUntriggered(services, rule, 'schedule', overlap === 'queue');
  }

  function arm(): void {
    clearTimeout(timer);
    if (!isLive || entries.length === 0) return;
    const now = clock.now();
    const next = Math.min(...entries.map(({ schedule }) => schedule.next(now) ?? Infinity));
    timer = setTimeout(tickSafely, Math.min(Math.max(0, next - now), MAX_TIMER_MS));
    timer.unref();
  }

  function tickSafely(): void {
    try {
      tick();
    } catch (error) {
      log.error('schedules could not be looked at; trying again', error);
      arm();
    }
  }

  return {
    load(active) {
      const now = clock.now();
      entries = active.flatMap((rule) => {
        const { schedule, triggers } = rule.definition;
        return schedule !== undefined && triggers.includes('schedule')
          ? [{ rule, schedule: compileSchedule(schedule.cron, schedule.zone) }]
          : [];
      });
      const fresh = entries.filter(({ rule }) => rules.mark(rule.id) === undefined);
      if (fresh.length > 0) store.transaction(() => fresh.forEach(({ rule }) => rules.setMark(rule.id, now)));
      arm();
    },
    tick,
    stop() {
      isLive = false;
      clearTimeout(timer);
    },
  };
}
