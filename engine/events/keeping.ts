import type { EventGroup } from '../contract/define.ts';
import type { Settings } from '../contract/settings.ts';
import type { PersonalInfo } from '../store/personal-data.ts';
import type { RetentionPlan } from '../store/retention.ts';
import { EVENTS, type EventType } from './catalog.ts';

/** What the settings want kept of the log, and for how long. */

export type LogSettings = Settings['log'];

/** What stays of an event once no run needs it any more. */
export type Keeping = 'whole' | 'without-personal-data' | 'nothing';

export function keepingOf(settings: LogSettings, type: EventType): Keeping {
  const { enabled, personalData } = settings.groups[EVENTS[type].group];
  if (!enabled) return 'nothing';
  return personalData ? 'whole' : 'without-personal-data';
}

export function personalInfoOf(type: EventType): PersonalInfo {
  return EVENTS[type].personalInfo ?? [];
}

const DAY_MS = 86_400_000;

/** The settings as moments, seen from `now` (ms since the epoch). */
export function retentionPlan(settings: LogSettings, now: number): RetentionPlan {
  const before = (days: number): number => now - days * DAY_MS;
  const deleteBefore = (group: EventGroup): number => before(settings.groups[group].keepDays ?? settings.keepDays);
  const forgetBefore = (group: EventGroup): number | null => {
    const { forgetAddressesAfterDays } = settings.groups[group];
    return forgetAddressesAfterDays === null ? null : before(forgetAddressesAfterDays);
  };
  return {
    types: Object.entries(EVENTS).map(([type, { group }]) => ({
      type,
      deleteBefore: deleteBefore(group),
      forgetAddressesBefore: forgetBefore(group),
    })),
    othersBefore: before(settings.keepDays),
    runsBefore: deleteBefore('rules'),
    failedRunsBefore: before(settings.failedRunDays),
    largestBytes: settings.largestBytes,
    forgetSessionAddressesBefore: forgetBefore('sessions'),
  };
}
