import { eventSchema, type Json, loginOf, recordNameIn, type StoredEvent } from '../../../engine/contract/event.ts';
import { EVENTS, isEventType } from '../../../engine/events/catalog.ts';
import { findTrigger, TRIGGERS } from '../../../engine/rules/triggers.ts';
import type { EventValues } from '../../../engine/templates/index.ts';
import { type Draft, newDraft } from './draft.ts';

/** The timeline's sentence of an event; its type where this console does not know it. */
export function eventSentence(event: StoredEvent): string {
  return isEventType(event.type) ? EVENTS[event.type].sentence(event) : event.type;
}

/** What previews of templates show for a past event, as far as the console knows it; the engine's test run knows the rest. */
export function eventValues(event: StoredEvent, triggers: readonly string[]): EventValues {
  const trigger = triggers
    .map(findTrigger)
    .find((known) => known?.asked?.matches(event) === true || (known?.listensTo.includes(event.type) === true && known.matches(event)));
  const path = event.path ?? '';
  return {
    Name: loginOf(event) ?? text(event.info['login']) ?? '',
    Event: trigger?.eventName ?? '',
    Status: event.outcome === 'ok' ? 1 : event.outcome === 'quota' ? 3 : 2,
    Errors: event.outcome === 'ok' ? [] : [text(event.info['reason']) ?? event.outcome],
    VirtualPath: path,
    VirtualTargetPath: event.target_path ?? '',
    ObjectName: fileName(path) ?? recordNameIn(event.info['new'] ?? event.info['old']) ?? '',
    ObjectType: event.basetype ?? '',
    FileSize: event.bytes ?? 0,
    Elapsed: event.duration_ms ?? 0,
    Protocol: event.protocol ?? '',
    IP: event.ipv4_address ?? '',
    Timestamp: event.timestamp,
    Session: event._session === null ? '' : String(event._session._id),
  };
}

/** *Make rule from this*: the trigger that fits, this partner, and names like this one. */
export function draftFromEvent(event: StoredEvent): Draft {
  const found = Object.entries(TRIGGERS).find(
    ([, trigger]) => trigger.listensTo.some((type) => type === event.type) && trigger.matches(event),
  );
  const [id, trigger] = found ?? [];
  const name = trigger?.hasPath === true ? fileName(event.path ?? '') : undefined;
  const user = trigger?.hasUser === true ? loginOf(event) : null;
  return newDraft({
    triggers: id === undefined ? [] : [id],
    conditions: {
      users: user === null ? [] : [{ pattern: literal(user) }],
      names: name === undefined ? [] : [{ pattern: namesLike(name) }],
      // A rule that reacts to successes only would never meet the failure that it was made from.
      outcomes: event.outcome !== 'ok' && trigger?.failures === 'when-asked' ? [event.outcome] : [],
    },
  });
}

/** A pattern for names like this one: numbers, which count on from file to file, may be any. */
export function namesLike(name: string): string {
  return literal(name).replaceAll(/\d+(?:[-_.]\d+)*/g, '*');
}

/** A text as a pattern that matches it; `?` stands for what patterns would understand otherwise. */
function literal(name: string): string {
  return name.replaceAll(/[*?[\]{}\\]/g, '?');
}

function fileName(path: string): string | undefined {
  return path === '' ? undefined : path.slice(path.lastIndexOf('/') + 1);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** An event as a run kept it; undefined for what an older program kept otherwise. */
export function asEvent(kept: unknown): StoredEvent | undefined {
  const parsed = eventSchema.safeParse(kept);
  return parsed.success ? parsed.data : undefined;
}
