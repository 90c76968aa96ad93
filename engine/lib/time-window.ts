import type { TimeWindow } from '../contract/rule.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** A window ready to be asked: what the time is there, in words, and whether it lies inside. Times in ms since the epoch. */
export type CompiledWindow = { readonly expected: string; readonly holds: (at: number) => boolean; readonly shown: (at: number) => string };

/** Compiles a window whose zone `zoneProblem` does not object to; throws RangeError for another. */
export function compileWindow({ weekdays, from, to, zone }: TimeWindow): CompiledWindow {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const local = (at: number): { weekday: number; clock: string } => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      weekday: WEEKDAYS.findIndex((name) => name === parts.get('weekday')) + 1,
      clock: `${parts.get('hour') ?? ''}:${parts.get('minute') ?? ''}`,
    };
  };
  const days = new Set(weekdays);
  const dayBefore = (weekday: number): number => (weekday === 1 ? 7 : weekday - 1);
  return {
    expected: `${WEEKDAYS.filter((_, index) => days.has(index + 1)).join(' ')} ${from}-${to} ${zone}`,
    holds(at) {
      const { weekday, clock } = local(at);
      if (from === to) return days.has(weekday);
      if (from < to) return days.has(weekday) && from <= clock && clock < to;
      return clock >= from ? days.has(weekday) : clock < to && days.has(dayBefore(weekday));
    },
    shown(at) {
      const { weekday, clock } = local(at);
      return `${WEEKDAYS[weekday - 1] ?? ''} ${clock}`;
    },
  };
}
