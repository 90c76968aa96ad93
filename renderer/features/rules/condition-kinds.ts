import type { ConditionGroup } from '../../../engine/contract/rule.ts';
import { findTrigger, hasNoEvent } from '../../../engine/rules/triggers.ts';
import { localZone } from './draft.ts';

/** The conditions as the form shows them: the two bounds of a size are one. */
export const KINDS = [
  'users',
  'userGroups',
  'roles',
  'names',
  'paths',
  'targetPaths',
  'realPaths',
  'size',
  'protocols',
  'addresses',
  'outcomes',
  'records',
  'time',
] as const;
export type ConditionKind = (typeof KINDS)[number];

/** True where the group says something of this kind, if only half typed. */
export function isSet(group: ConditionGroup, kind: ConditionKind): boolean {
  if (kind === 'size') return group.minSize !== undefined || group.maxSize !== undefined;
  if (kind === 'time') return group.time !== undefined;
  return group[kind].length > 0;
}

/** The group with a first value of this kind, for the person to change. */
export function withKind(group: ConditionGroup, kind: ConditionKind): ConditionGroup {
  switch (kind) {
    // What begins empty has no value to put in: the form keeps its place.
    case 'size':
    case 'protocols':
    case 'outcomes':
    case 'records':
      return group;
    case 'addresses':
      return { ...group, addresses: [{ range: '', inverse: false }] };
    case 'time':
      return { ...group, time: { weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', zone: localZone() } };
    default:
      return { ...group, [kind]: [{ pattern: '', inverse: false }] };
  }
}

/** The group without anything of this kind. */
export function withoutKind(group: ConditionGroup, kind: ConditionKind): ConditionGroup {
  const { minSize, maxSize, time, ...rest } = group;
  const size = { ...(minSize === undefined ? {} : { minSize }), ...(maxSize === undefined ? {} : { maxSize }) };
  if (kind === 'size') return { ...rest, ...(time === undefined ? {} : { time }) };
  if (kind === 'time') return { ...rest, ...size };
  return { ...group, [kind]: [] };
}

/** True where an event of every one of these triggers has what the condition looks at. */
export function canMeet(kind: ConditionKind, triggers: readonly string[]): boolean {
  return triggers.every((id) => {
    const trigger = findTrigger(id);
    if (trigger === undefined) return true;
    const hasEvent = !hasNoEvent(trigger);
    switch (kind) {
      case 'users':
      case 'userGroups':
      case 'roles':
        return true;
      case 'names':
        return trigger.hasPath || trigger.group === 'records';
      case 'paths':
      case 'realPaths':
        return trigger.hasPath;
      case 'targetPaths':
        return trigger.hasTarget;
      case 'size':
        return trigger.hasSize;
      case 'protocols':
      case 'addresses':
        return trigger.hasClient && hasEvent;
      case 'records':
        return trigger.group === 'records';
      case 'outcomes':
      case 'time':
        return hasEvent;
    }
  });
}
