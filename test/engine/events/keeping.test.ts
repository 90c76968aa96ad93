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
    expect(Object.keys(EVENTS).filter((type) => keepingOf(settings({}), type as EventType) !== 'whole')).toEqual([]);
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

test('addresses are forgotten where a group says so', () => {
  const plan = retentionPlan(settings({ groups: { sessions: { forgetAddressesAfterDays: 30 } } }), NOW);
  expect(plan.forgetSessionAddressesBefore).toBe(NOW - 30 * DAY);
  expect(plan.types.find(({ type }) => type === 'USER_LOGIN')?.forgetAddressesBefore).toBe(NOW - 30 * DAY);
  expect(plan.types.find(({ type }) => type === 'OBJECT_INSERT')?.forgetAddressesBefore).toBeNull();
});

test('what the log says of itself cannot be switched off', () => {
  expect(settingsSchema.safeParse({ log: { groups: { system: { enabled: false } } } }).success).toBe(false);
});
