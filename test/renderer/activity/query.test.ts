import { describe, expect, test } from 'vitest';
import { activityFilterSchema } from '../../../engine/contract/methods/activity.ts';
import { eventFilterSchema } from '../../../engine/contract/methods/events.ts';
import {
  EVERYTHING,
  escapeGlob,
  formatQuery,
  parseQuery,
  type TimelineQuery,
  toExportFilter,
  toFilter,
} from '../../../renderer/features/activity/query.ts';
import { exportName, exportParameters } from '../../../renderer/rpc/download-export.ts';

const NOW = new Date(2026, 10, 21, 14, 3).getTime();
const local = (...parts: readonly [number, number, number, number?, number?]): string => new Date(...parts).toISOString();

const FULL: TimelineQuery = {
  flat: true,
  time: { from: '2026-11-20T08:00', to: '2026-11-20T18:30' },
  partner: 'acme & co',
  groups: ['files', 'rules'],
  types: ['OBJECT_INSERT'],
  direction: 'upload',
  outcomes: ['failed', 'quota'],
  protocols: ['SFTP', 'FTPS'],
  ruleId: 7,
  path: '/inbox/*.pdf',
  ip: '2001:db8::7',
  sessionId: 12,
  words: 'invoice 1044',
};

describe('the address of a view', () => {
  test('reads back exactly', () => {
    expect(parseQuery(formatQuery(FULL))).toEqual({ query: FULL, ignored: [] });
    expect(parseQuery(formatQuery({ ...EVERYTHING, time: { preset: 'week' } })).query.time).toEqual({ preset: 'week' });
  });

  test('is empty for everything', () => {
    expect(formatQuery(EVERYTHING)).toBe('');
    expect(parseQuery('')).toEqual({ query: EVERYTHING, ignored: [] });
  });

  test('names what it does not know, and keeps the rest', () => {
    const { query, ignored } = parseQuery('outcome=failed,lost&rule=first&time=someday&from=then&type=NO_SUCH&protocol=SFTP');
    expect(query).toEqual({ ...EVERYTHING, outcomes: ['failed'], protocols: ['SFTP'] });
    expect(ignored.toSorted()).toEqual(['from=then', 'outcome=lost', 'rule=first', 'time=someday', 'type=NO_SUCH']);
  });
});

describe('the filter of a view', () => {
  test('is one that the engine takes, with every key of the view', () => {
    const filter = toFilter(FULL, NOW);
    expect(activityFilterSchema.parse(filter)).toEqual(filter);
    expect(Object.keys(filter).toSorted()).toEqual(Object.keys(activityFilterSchema.shape).toSorted());
  });

  test('is empty for everything', () => {
    expect(toFilter(EVERYTHING, NOW)).toEqual({});
  });

  test.each([
    ['hour', local(2026, 10, 21, 13, 3), undefined],
    ['today', local(2026, 10, 21), undefined],
    ['yesterday', local(2026, 10, 20), local(2026, 10, 21)],
    ['week', local(2026, 10, 15), undefined],
    ['month', local(2026, 9, 23), undefined],
  ] as const)('%s begins with a local day', (preset, dateFrom, dateTo) => {
    expect(toFilter({ ...EVERYTHING, time: { preset } }, NOW)).toEqual({ dateFrom, ...(dateTo === undefined ? {} : { dateTo }) });
  });

  test('takes a plain path for a part of one, sign by sign', () => {
    expect(toFilter({ ...EVERYTHING, path: 'a[1].pdf' }, NOW).path).toBe('*a[[]1].pdf*');
    expect(toFilter({ ...EVERYTHING, path: '/inbox/*.pdf' }, NOW).path).toBe('/inbox/*.pdf');
    expect(escapeGlob('what?*')).toBe('what[?][*]');
  });
});

describe('the filter of an export', () => {
  test('is one that the log takes', () => {
    const filter = toExportFilter(FULL, NOW);
    expect(eventFilterSchema.parse(filter)).toEqual(filter);
  });

  test('has the types of groups and directions, and only those that all of them allow', () => {
    expect(toExportFilter({ ...EVERYTHING, direction: 'upload' }, NOW).type).toEqual(['OBJECT_INSERT', 'OBJECT_UPDATE', 'TRANSFER_FAILED']);
    expect(toExportFilter({ ...EVERYTHING, groups: ['files'], direction: 'download' }, NOW).type).toEqual([
      'ASSET_DOWNLOAD',
      'TRANSFER_FAILED',
    ]);
    expect(toExportFilter({ ...EVERYTHING, ruleId: 3 }, NOW)).toEqual({ schema: 'BASE', objecttype: 'rule', objectId: 3 });
  });

  test('goes to the event API by its names', () => {
    const parameters = new URLSearchParams(exportParameters({ dateFrom: '2026-11-20T07:00:00.000Z', outcome: ['failed', 'quota'] }, 'csv'));
    expect(Object.fromEntries(parameters)).toEqual({ date_from: '2026-11-20T07:00:00.000Z', outcome: 'failed,quota', format: 'csv' });
    expect(exportName('jsonl', new Date(2026, 0, 5))).toBe('activity-2026-01-05.jsonl');
  });
});
