import type { Settings } from '../contract/settings.ts';

type QuietHours = Settings['notifications']['quietHours'];

/** Windows that follow on one another are walked through this far; quiet hours that never end are looked at again after it. */
const LONGEST_DAYS = 8;

/**
 * When the quiet hours that hold at `now` end; null when none hold. Both in ms since the epoch; weekdays and clock times are the
 * machine's own. Hours that end before they begin reach over midnight and belong to the day on which they began; the same time twice is
 * the whole day. On the days when clocks change the hours begin and end by the clock on the wall.
 */
export function quietUntil(hours: QuietHours, now: number): number | null {
  if (!hours.enabled) return null;
  let end: number | null = null;
  for (let day = 0; day < LONGEST_DAYS; day++) {
    const next = windowAround(hours, end ?? now);
    if (next === null) break;
    end = next;
  }
  return end;
}

/** The end of the window in which `at` lies: one that began that day or the day before. */
function windowAround({ from, to, weekdays }: QuietHours, at: number): number | null {
  for (const daysBack of [0, 1]) {
    const day = new Date(at);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() - daysBack);
    const weekday = day.getDay() === 0 ? 7 : day.getDay();
    const end = onClock(day, to, to <= from ? 1 : 0);
    if (weekdays.includes(weekday) && onClock(day, from, 0) <= at && at < end) return end;
  }
  return null;
}

/** The moment at which clocks show `time`, such as 19:00, so many days after `day`. */
function onClock(day: Date, time: string, daysAfter: number): number {
  const [hour, minute] = time.split(':').map(Number);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysAfter, hour, minute).getTime();
}
