import type { StoredEvent } from '../contract/event.ts';
import type { RuleDefinition } from './definition.ts';
import { findTrigger, isTriggerId, type TriggerId } from './triggers.ts';

/** Types of events among which those are that a rule's triggers would have been set off by, or asked before. */
export function typesOfPast({ triggers }: RuleDefinition): string[] {
  return [...new Set(triggers.flatMap((id) => [...(findTrigger(id)?.listensTo ?? []), ...(findTrigger(id)?.asked?.types ?? [])]))];
}

/** The trigger of the rule that stood before what a past event tells of, if any. */
export function askedTrigger({ triggers }: RuleDefinition, event: StoredEvent): TriggerId | undefined {
  return triggers.filter(isTriggerId).find((id) => findTrigger(id)?.asked?.matches(event) === true);
}

/**
 * What the rule would have been asked, as far as the event still says it: how it ended was not known, and of an upload the size counts of what
 * it replaces, which nobody noted.
 */
export function asAsked(event: StoredEvent, trigger: TriggerId): StoredEvent {
  const bytes = trigger !== 'pre-upload' ? event.bytes : event.type === 'OBJECT_INSERT' ? 0 : null;
  return { ...event, outcome: 'ok', bytes, duration_ms: null };
}
