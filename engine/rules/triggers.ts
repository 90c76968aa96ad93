import type { TriggerDefinition } from '../contract/define.ts';
import { CLOCK_TRIGGERS, WATCH_TRIGGERS } from './triggers/clock.ts';
import { FILE_TRIGGERS } from './triggers/files.ts';
import { PARTNER_TRIGGERS, RECORD_TRIGGERS } from './triggers/records.ts';
import { SECURITY_TRIGGERS } from './triggers/security.ts';
import { SESSION_TRIGGERS } from './triggers/sessions.ts';

/**
 * The one registry of triggers (spec: rules, "Triggers"). Matching, save-time checks, wizard and docs are derived from it.
 * Adding a trigger is one entry in the file of its subject.
 */
export const TRIGGERS = {
  ...FILE_TRIGGERS,
  ...SESSION_TRIGGERS,
  ...RECORD_TRIGGERS,
  ...PARTNER_TRIGGERS,
  ...SECURITY_TRIGGERS,
  ...WATCH_TRIGGERS,
  ...CLOCK_TRIGGERS,
} as const satisfies Record<string, TriggerDefinition>;

export type TriggerId = keyof typeof TRIGGERS;

/** Whether neither an event nor an operation sets it off: a clock or a hand does. */
export function hasNoEvent({ listensTo, before }: TriggerDefinition): boolean {
  return listensTo.length === 0 && before === undefined;
}

/** The registry's entry, undefined for an id that it does not have. */
export function findTrigger(id: string): TriggerDefinition | undefined {
  return isTriggerId(id) ? TRIGGERS[id] : undefined;
}

/** True for the ids of this registry; a saved rule may name one that a newer program knew. */
export function isTriggerId(id: string): id is TriggerId {
  return Object.hasOwn(TRIGGERS, id);
}
