import type { EventGroup } from '../contract/define.ts';
import type { StoredEvent } from '../contract/event.ts';
import type { Settings } from '../contract/settings.ts';
import { type PersonalInfo, withoutPersonalData } from '../store/personal-data.ts';
import type { RetentionPlan, TypePlan } from '../store/retention-plan.ts';
import { EVENTS, type EventType, groupOf, isEventType } from './catalog.ts';

/** What the settings want kept of the log, and for how long. */

export type LogSettings = Settings['log'];

/** What stays of an event once no run needs it any more. */
export type Keeping = 'whole' | 'without-personal-data' | 'nothing';

/** By what the settings tell events apart. */
type Kind = { readonly type: EventType; readonly schema: 'BASE' | 'USER' | null; readonly objecttype: string | null };

export function keepingOf(settings: LogSettings, { type, schema, objecttype }: Kind): Keeping {
  // Whoever takes something out of the log leaves a trace there, whatever the settings are.
  if (type === 'OBJECT_DELETE' && objecttype === 'event') return 'whole';
  const { enabled, personalData } = settings.groups[groupOf(type, schema)];
  if (!enabled) return 'nothing';
  return personalData ? 'whole' : 'without-personal-data';
}

export function personalInfoOf(type: EventType): PersonalInfo {
  const { personalInfo = [], addressInfo = [] } = EVENTS[type];
  return { names: personalInfo, addresses: addressInfo };
}

/** The events that operations would be, before which rules are asked (engine/rules/operation-event.ts). */
const OPERATIONS: Readonly<Record<string, EventType>> = {
  'pre-upload': 'OBJECT_INSERT',
  'pre-download': 'ASSET_DOWNLOAD',
  'pre-delete': 'OBJECT_DELETE',
  'pre-login': 'USER_LOGIN',
};

/**
 * An operation that a run was asked about, told as an event, as it may stay with the run that has ended: without user, session, address and
 * names where the settings do not want them in the log.
 */
export function operationAsKept(settings: LogSettings, event: StoredEvent): StoredEvent {
  const type = isEventType(event.type) ? event.type : OPERATIONS[event.type];
  if (type === undefined || keepingOf(settings, { ...event, type }) === 'whole') return event;
  const { objectId, info } = withoutPersonalData(
    {
      ...{ ip: null, schema: event.schema, objecttype: event.objecttype, objectId: event.object_id, info: JSON.stringify(event.info) },
      ...{ sessionId: null, userId: null, userName: null, displayName: null, batchId: null },
    },
    personalInfoOf(type),
  );
  const kept = { object_id: objectId, info: JSON.parse(info) as StoredEvent['info'] };
  return { ...event, ...kept, ipv4_address: null, _session: null, _user: null, batch_id: null };
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
  const planOf = (type: EventType, group: EventGroup): TypePlan => ({
    type,
    deleteBefore: deleteBefore(group),
    forgetAddressesBefore: forgetBefore(group),
    addressInfo: personalInfoOf(type).addresses,
  });
  const types = Object.keys(EVENTS).filter(isEventType);
  return {
    types: types.flatMap((type): TypePlan[] =>
      EVENTS[type].schema === 'BOTH'
        ? [
            { ...planOf(type, groupOf(type, 'USER')), of: 'files' },
            { ...planOf(type, groupOf(type, 'BASE')), of: 'records' },
          ]
        : [planOf(type, EVENTS[type].group)],
    ),
    othersBefore: before(settings.keepDays),
    runsBefore: deleteBefore('rules'),
    failedRunsBefore: before(settings.failedRunDays),
    largestBytes: settings.largestBytes,
    forgetSessionAddressesBefore: forgetBefore('sessions'),
    operations: [...types, ...Object.keys(OPERATIONS)].flatMap((operation) => {
      const type = isEventType(operation) ? operation : OPERATIONS[operation];
      const forgetAddressesBefore = type === undefined ? null : forgetBefore(groupOf(type, 'USER'));
      return forgetAddressesBefore === null ? [] : [{ operation, forgetAddressesBefore }];
    }),
  };
}
