import { describe, expect, it, test } from 'vitest';
import { settingsSchema } from '../../../engine/contract/settings.ts';
import { EVENTS, type EventType } from '../../../engine/events/catalog.ts';
import { keepingOf, retentionPlan } from '../../../engine/events/keeping.ts';

const DAY = 86_400_000;
const NOW = 5000 * DAY;
const settings = (log: object) => settingsSchema.parse({ log }).log;

/** How many days events of a type are kept. */
function daysOf(type: EventType, log: object): number | undefined {
  const found = retentionPlan(settings(log), NOW).types.find((one) => one.type === type);
  return found === undefined ? undefined : (NOW - found.deleteBefore) / DAY;
}

describe('by default', () => {
  it('everything is kept whole', () => {
    expect(
      Object.keys(EVENTS).filter(
        (type) => keepingOf(settings({}), { type: type as EventType, schema: null, objecttype: null }) !== 'whole',
      ),
    ).toEqual([]);
  });

  it('the API is kept for a week, all the rest and failed runs for a year, and 2 GB', () => {
    const short = Object.keys(EVENTS).filter((type) => daysOf(type as EventType, {}) !== 365);
    expect(short).toEqual(['API_CALL', 'API_PROGRESS']);
    expect(daysOf('API_CALL', {})).toBe(7);
    expect(retentionPlan(settings({}), NOW)).toMatchObject({
      runsBefore: NOW - 365 * DAY,
      failedRunsBefore: NOW - 365 * DAY,
      largestBytes: 2 * 1024 ** 3,
      forgetSessionAddressesBefore: null,
    });
  });
});

test('a group goes before the rest of the log', () => {
  expect(daysOf('OBJECT_INSERT', { keepDays: 90 })).toBe(90);
  expect(daysOf('OBJECT_INSERT', { keepDays: 90, groups: { files: { keepDays: 400 } } })).toBe(400);
  expect(daysOf('API_CALL', { keepDays: 90, groups: { api: { keepDays: null } } })).toBe(90);
});

describe('changes of records', () => {
  const record = { type: 'OBJECT_DELETE', schema: 'BASE', objecttype: 'user' } as const;
  const file = { type: 'OBJECT_DELETE', schema: 'USER', objecttype: 'file' } as const;

  it('are kept as the settings of records say, not those of files', () => {
    expect(keepingOf(settings({ groups: { files: { enabled: false, personalData: false } } }), record)).toBe('whole');
    expect(keepingOf(settings({ groups: { records: { enabled: false } } }), record)).toBe('nothing');
    expect(keepingOf(settings({ groups: { records: { personalData: false } } }), record)).toBe('without-personal-data');
    expect(keepingOf(settings({ groups: { records: { enabled: false, personalData: false } } }), file)).toBe('whole');
    const groups = { files: { keepDays: 7 }, records: { keepDays: 400, forgetAddressesAfterDays: 30 } };
    const plans = retentionPlan(settings({ groups }), NOW).types.filter(({ type }) => type === 'OBJECT_UPDATE');
    expect(plans.map(({ of, deleteBefore, forgetAddressesBefore }) => [of, deleteBefore, forgetAddressesBefore])).toEqual([
      ['files', NOW - 7 * DAY, null],
      ['records', NOW - 400 * DAY, NOW - 30 * DAY],
    ]);
  });

  it('of the log itself are never dropped', () => {
    const groups = { records: { enabled: false, personalData: false }, files: { enabled: false, personalData: false } };
    expect(keepingOf(settings({ groups }), { ...record, objecttype: 'event' })).toBe('whole');
  });
});

test('addresses are forgotten where a group says so', () => {
  const plan = retentionPlan(settings({ groups: { sessions: { forgetAddressesAfterDays: 30 } } }), NOW);
  expect(plan.forgetSessionAddressesBefore).toBe(NOW - 30 * DAY);
  expect(plan.types.find(({ type }) => type === 'USER_LOGIN')?.forgetAddressesBefore).toBe(NOW - 30 * DAY);
  expect(plan.types.find(({ type }) => type === 'OBJECT_INSERT')?.forgetAddressesBefore).toBeNull();
});

test('what the log says of itself cannot be switched off', () => {
  expect(settingsSchema.safeParse({ log: { groups: { system: { enabled: false } } } }).success).toBe(false);
});
