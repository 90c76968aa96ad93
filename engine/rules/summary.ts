import type { Output } from '../contract/rpc.ts';
import type { RulesServices } from './services.ts';
import { toRun } from './trace.ts';

const DAY_MS = 86_400_000;
const DAYS = 7;

/** Per rule, in their order: the run that ended last, and how many ended, and how many badly, on each of the last seven UTC days. */
export function summarizeRules({ store, clock }: RulesServices): Output<'rules.summary'> {
  const { rules, runs } = store.tables;
  const first = Math.floor(clock.now() / DAY_MS) - DAYS + 1;
  return rules.all().map(({ id }) => {
    const days = new Map(runs.days(id, first).map((count) => [count.day, count]));
    const week = Array.from({ length: DAYS }, (_, index) => days.get(first + index));
    const last = runs.lastEnded(id);
    return {
      ruleId: id,
      lastRun: last === undefined ? null : toRun(last),
      runsPerDay: week.map((count) => count?.ended ?? 0),
      failed7Days: week.reduce((sum, count) => sum + (count?.failed ?? 0), 0),
    };
  });
}
