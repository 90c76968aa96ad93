import type { Notice } from '../contract/notice.ts';
import type { Settings } from '../contract/settings.ts';
import type { Clock } from '../lib/clock.ts';
import { quietUntil } from './quiet-hours.ts';

/** When the desktop may be bothered. */
export type DesktopGate = {
  /** When a notice of this level may be shown, as far as is known now, ms since the epoch; `now` or earlier: at once. */
  opensAt(level: Notice['level']): number;
  /** Something was shown now. */
  shown(): void;
};

const MOST_PER_MINUTE = 4;
const MINUTE_MS = 60_000;

/** Holds back while snoozed (`snoozedUntil`, ms since the epoch, 0 for not), in quiet hours, and after four in a minute. */
export function createDesktopGate(services: {
  readonly clock: Clock;
  readonly settings: () => Settings['notifications'];
  readonly snoozedUntil: () => number;
}): DesktopGate {
  const { clock, settings, snoozedUntil } = services;
  let lately: number[] = [];
  return {
    opensAt(level) {
      const now = clock.now();
      const { quietHours, actIgnoresQuietHours } = settings();
      // A clock that was set back must not close the gate for long.
      lately = lately.filter((at) => now - at < MINUTE_MS && at <= now);
      const [oldest] = lately;
      const ignoresQuietHours = level === 'act' && actIgnoresQuietHours;
      return Math.max(
        now,
        snoozedUntil(),
        ignoresQuietHours ? now : (quietUntil(quietHours, now) ?? now),
        oldest !== undefined && lately.length >= MOST_PER_MINUTE ? oldest + MINUTE_MS : now,
      );
    },
    shown: () => void lately.push(clock.now()),
  };
}
