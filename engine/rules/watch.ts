import { posix } from 'node:path';
import type { TriggerDefinition } from '../contract/define.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { ExpectedFile } from '../contract/rule.ts';
import type { RuleDefinition } from './definition.ts';

/** What rules watch for, in percent. */
export type Thresholds = { readonly quotaPercent: readonly number[]; readonly diskFreePercent: readonly number[] };

/** What the warnings that every installation gives go by (engine/warnings.ts); events from before they stated it mean these. */
const USUAL = { quotaPercent: 90, diskFreePercent: 5 } as const;

/** Whether an event is of what this rule watches: others may have other thresholds and files. */
export function isWatchedFor({ watch }: RuleDefinition, watches: TriggerDefinition['watches'], { info }: StoredEvent): boolean {
  switch (watches) {
    case undefined:
      return true;
    case 'overdue':
      return watch?.overdue !== undefined && JSON.stringify(info['watch']) === expectationKey(watch.overdue);
    case 'quotaPercent':
    case 'diskFreePercent':
      return watch?.[watches] === (info['threshold'] ?? USUAL[watches]);
  }
}

/** An expectation as canonical JSON, the same for every rule that has it. */
export function expectationKey({ username, folder, pattern, deadline, weekdays, graceMinutes, zone }: ExpectedFile): string {
  return JSON.stringify({
    username: username.toLowerCase(),
    folder: folderOf(folder),
    pattern,
    deadline,
    weekdays: [...new Set(weekdays)].sort((a, b) => a - b),
    graceMinutes,
    zone,
  });
}

/** A virtual folder as events name it. */
export function folderOf(folder: string): string {
  const clean = posix.normalize(`/${folder.replaceAll('\\', '/')}`);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

/** What these rules watch for. */
export function thresholdsOf(rules: readonly { readonly definition: RuleDefinition }[]): Thresholds {
  const of = (key: 'quotaPercent' | 'diskFreePercent'): number[] => [
    ...new Set(rules.map(({ definition }) => definition.watch?.[key]).filter((percent) => percent !== undefined)),
  ];
  return { quotaPercent: of('quotaPercent'), diskFreePercent: of('diskFreePercent') };
}
